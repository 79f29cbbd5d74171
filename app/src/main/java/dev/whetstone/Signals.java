package dev.whetstone;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/// The signals by which a process is asked to end: Ctrl-C, `kill`, a terminal that is closed.
///
/// Their default runs all shutdown hooks at once, while the work goes on, and ONNX Runtime's own
/// hook frees what a session that is being made still uses: the process crashes. With a handler the
/// work ends first and the hooks run then.
final class Signals {
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private Signals() {}

  /// Replaces the default of these signals. One that was ignored when the process began (`nohup`)
  /// stays ignored, and where the JVM was told to leave signals alone (`-Xrs`) they keep their
  /// default.
  ///
  /// @param handler is given the signal's number, on a thread of its own
  static void handle(IntConsumer handler) {
    for (String name : NAMES) {
      try {
        handle(name, handler);
      } catch (ReflectiveOperationException _) {
        // this JDK has no such class, or this system no such signal: the default stands
      }
    }
  }

  /// By reflection: javac warns of this class wherever it is named, and the warning can't be turned
  /// off. The JDK supports it (module `jdk.unsupported`) for want of another way.
  private static void handle(String name, IntConsumer handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    var number = signal.getMethod("getNumber");
    Object proxy =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handlers},
            (_, method, arguments) -> {
              if (!method.getName().equals("handle")) {
                return method.invoke(handler, arguments); // equals, hashCode, toString
              }
              handler.accept((int) number.invoke(arguments[0]));
              return null;
            });
    signal
        .getMethod("handle", signal, handlers)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
  }
}
