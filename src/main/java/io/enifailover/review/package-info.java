/** What the reviewing tools say of the template, and why some of it stays. */
@NullMarked
package io.enifailover.review;

import org.jspecify.annotations.NullMarked;
