package dev.rekey.detect;

import java.util.Optional;
import java.util.Set;

/**
 * Knows passwords that manuals and images come with, as {@code guest:guest}: whoever looks for them
 * finds them in a list, not in this text.
 */
final class DefaultPassword {
  /** In lower case. */
  private static final Set<String> KNOWN = Set.of(
      "12345",
      "123456",
      "1234567",
      "12345678",
      "123456789",
      "1234567890",
      "admin",
      "admin123",
      "administrator",
      "changethis",
      "dbpass",
      "db_pass",
      "dbpassword",
      "db_password",
      "foobar",
      "guest",
      "hunter2",
      "letmein",
      "minioadmin",
      "my-secret-pw",
      "mysecretpassword",
      "mypass",
      "p4ssw0rd",
      "p@ssw0rd",
      "notasecret",
      "not_a_real_password",
      "passw0rd",
      "pass123",
      "postgres",
      "qwerty",
      "root",
      "rootpass",
      "rootpassword",
      "root_password",
      "s3cr3t",
      "s3cret",
      "secret123",
      "secretpassword",
      "sekret",
      "supersecret",
      "test123",
      "testpass",
      "testpassword",
      "test_password",
      "tiger",
      "topsecret",
      "toor",
      "userpass",
      "wrongpass",
      "wrongpassword",
      "wrong_password",
      "yourpasswordhere",
      "userpassword",
      "user_password");

  private DefaultPassword() {}

  /** Returns why a password is a default: it is a known one, or the user's name again. */
  static Optional<String> reason(Candidate candidate) {
    String value = Suppressors.lower(candidate.value());
    if (KNOWN.contains(value)) {
      return Optional.of("a default password of manuals and images");
    }
    String before = Suppressors.lower(candidate.before());
    String again = value + ":";
    boolean user = before.endsWith(again)
        && (before.length() == again.length()
            || !Character.isLetterOrDigit(before.charAt(before.length() - again.length() - 1)));
    return user ? Optional.of("the user's name again") : Optional.empty();
  }
}
