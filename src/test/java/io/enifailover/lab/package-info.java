/** The lab: two real machines on one Linux host, between an emulated AWS and a client that measures. */
@NullMarked
package io.enifailover.lab;

import org.jspecify.annotations.NullMarked;
