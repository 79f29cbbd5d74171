package dev.whetstone.core;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// What this process may use of the machine.
public final class Machine {
  private Machine() {}

  /// Bytes of memory: the machine's, or what the container (cgroup) is allowed.
  public static long memory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
