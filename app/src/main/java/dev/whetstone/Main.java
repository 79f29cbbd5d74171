package dev.whetstone;

/// The program's entry.
final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("whetstone");
  }
}
