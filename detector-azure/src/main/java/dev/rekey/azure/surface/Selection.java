package dev.rekey.azure.surface;

/**
 * Values of an answer that are scanned.
 *
 * @param pointer where they stand
 * @param decoding how they are written there
 * @param whole whether each is a content of its own, with lines of its own, such as a script; else each
 *     is a line of one content
 */
record Selection(Pointer pointer, Decoding decoding, boolean whole) {}
