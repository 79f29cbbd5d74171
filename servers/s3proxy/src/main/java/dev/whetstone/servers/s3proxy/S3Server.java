package dev.whetstone.servers.s3proxy;

import java.io.OutputStream;
import org.gaul.s3proxy.Main;

/// s3proxy with the properties file that its arguments name. Runs until its standard input closes,
/// that is, until whoever started it is gone.
public final class S3Server {
  private S3Server() {}

  public static void main(String[] args) throws Exception {
    Main.main(args);
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }
}
