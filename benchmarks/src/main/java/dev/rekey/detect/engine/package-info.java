/** The kernels of the engine, each by itself: in the engine's package, which lets nobody else in. */
@org.jspecify.annotations.NullMarked
package dev.rekey.detect.engine;
