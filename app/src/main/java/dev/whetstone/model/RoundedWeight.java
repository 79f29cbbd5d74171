package dev.whetstone.model;

/// The weight of a linear map in whole numbers from -127 to 127, with a scale for each output.
///
/// @param whole `[in, out]`
/// @param scales `[out]`
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record RoundedWeight(byte[] whole, float[] scales, int in, int out) {
  private static final int MOST = 127;

  /// @param weight `[in, out]`
  static RoundedWeight of(float[] weight, int in, int out) {
    var scales = new float[out];
    for (int i = 0; i < weight.length; i++) {
      scales[i % out] = Math.max(scales[i % out], Math.abs(weight[i]) / MOST);
    }
    var whole = new byte[in * out];
    for (int i = 0; i < whole.length; i++) {
      float scale = scales[i % out];
      whole[i] = scale == 0 ? 0 : (byte) Math.round(weight[i] / scale);
    }
    return new RoundedWeight(whole, scales, in, out);
  }

  /// The sum of each output's weights, as they were rounded, times `by`.
  float[] sums(float by) {
    var sums = new float[out];
    for (int i = 0; i < whole.length; i++) {
      sums[i % out] += by * scales[i % out] * whole[i];
    }
    return sums;
  }

  /// Puts the whole numbers into a graph, and their scales under `name.scales`.
  void addTo(OnnxBuilder graph, String name) {
    graph.bytes(name, new long[] {in, out}, whole);
    graph.constant(name + ".scales", new long[] {out}, scales);
  }
}
