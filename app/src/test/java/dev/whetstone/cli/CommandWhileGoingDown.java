package dev.whetstone.cli;

import java.util.concurrent.CountDownLatch;

/// Runs a command line in a machine that goes down already, as after Ctrl-C in the middle of a
/// start; prints the command's code.
final class CommandWhileGoingDown {
  private CommandWhileGoingDown() {}

  public static void main(String[] arguments) throws InterruptedException {
    var goingDown = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      goingDown.countDown();
                      try {
                        over.await();
                      } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                      }
                    }));
    Thread.ofPlatform().start(() -> System.exit(130));
    goingDown.await();
    int code = Cli.run(arguments);
    System.out.println("the command's code: " + code);
    System.out.flush();
    over.countDown();
  }
}
