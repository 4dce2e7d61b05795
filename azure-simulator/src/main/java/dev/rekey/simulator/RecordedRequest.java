package dev.rekey.simulator;

/**
 * One line of the request log. It has no headers and no bodies, and values of the query parameters
 * {@code sig} and {@code code} are masked.
 *
 * @param service the stand-in: {@code cloud}, {@code vault:NAME}, {@code blob:NAME}, {@code
 *     messaging:NAME}, {@code logs:NAME}, {@code configuration:NAME} or {@code synapse:NAME}
 * @param method the HTTP method
 * @param path path and query
 * @param status the status that was answered; 0 if the connection was dropped
 */
public record RecordedRequest(String service, String method, String path, int status) {}
