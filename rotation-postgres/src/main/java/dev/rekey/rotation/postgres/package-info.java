/**
 * Rotates the passwords of PostgreSQL users, of which two take turns.
 *
 * <p>A user of PostgreSQL has one password, and a new one kills the old one at once. So there are two
 * users that can do the same: while applications use the one, the other gets a new password; they are
 * moved to it, name and password; then the first one's password is replaced by one that nobody has, and
 * its sessions are ended. {@link dev.rekey.rotation.postgres.PostgresUsers} finds the user that a
 * password belongs to, and is what the planner and the rotator are given. The second user need not
 * exist: it is made as the twin of the first.
 *
 * <p>All goes through {@link javax.sql.DataSource}s of the caller's, with any driver.
 */
@NullMarked
package dev.rekey.rotation.postgres;

import org.jspecify.annotations.NullMarked;
