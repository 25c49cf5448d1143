/** The function that runs in AWS Lambda: observes the floating interface, decides, and moves it. */
@NullMarked
package io.enifailover.controller;

import org.jspecify.annotations.NullMarked;
