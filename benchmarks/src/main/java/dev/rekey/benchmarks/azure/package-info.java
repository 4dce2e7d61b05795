/** What it costs to read a tenant of Azure: the client's CPU, its heap, its time. */
@NullMarked
package dev.rekey.benchmarks.azure;

import org.jspecify.annotations.NullMarked;
