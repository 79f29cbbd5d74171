/// Running a step elsewhere: jobs of Alibaba Cloud's PAI-DLC, through its own SDK.
@NullMarked
package dev.whetstone.remote;

import org.jspecify.annotations.NullMarked;
