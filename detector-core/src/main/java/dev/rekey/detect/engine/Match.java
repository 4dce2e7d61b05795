package dev.rekey.detect.engine;

/**
 * A match of a program: the span of its secret, in bytes from the start of the content.
 *
 * @param program the index of the program
 * @param start the first byte of the secret
 * @param end the byte after its last
 * @param line the line of {@code start}, from 1
 * @param column the column of {@code start} in code points, from 1, bytes read as UTF-8
 */
public record Match(int program, long start, long end, long line, long column) {}
