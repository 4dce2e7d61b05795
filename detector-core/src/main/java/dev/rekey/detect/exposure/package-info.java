/**
 * Says how much a finding matters: the credential it belongs to, all the places where that stands,
 * what surrounds them, and what to do first.
 */
@NullMarked
package dev.rekey.detect.exposure;

import org.jspecify.annotations.NullMarked;
