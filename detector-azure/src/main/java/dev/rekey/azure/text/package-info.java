/** Text from outside, made fit for messages. Not exported. */
@NullMarked
package dev.rekey.azure.text;

import org.jspecify.annotations.NullMarked;
