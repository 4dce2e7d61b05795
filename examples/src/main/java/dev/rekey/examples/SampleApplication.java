package dev.rekey.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A small application as one finds them: with a live storage key in two of its files, a database
 * password and a source host's token. All but the storage key are made up on the spot.
 */
final class SampleApplication {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  SampleApplication(Path folder) {
    this.folder = folder;
  }

  /** Writes its files, with the key of an account as somebody once pasted it. */
  void write(String account, String storageKey) throws IOException {
    Files.createDirectories(folder);
    String password = word(20);
    file("appsettings.json", """
        {
          "Logging": { "LogLevel": { "Default": "Information" } },
          "ConnectionStrings": {
            "Storage": "DefaultEndpointsProtocol=https;AccountName=%s;AccountKey=%s;EndpointSuffix=core.windows.net"
          }
        }
        """.formatted(account, storageKey));
    file(".env", """
        # local development
        STORAGE_ACCOUNT=%s
        STORAGE_KEY=%s
        GITHUB_TOKEN=%s
        DB_PASSWORD=%s
        """.formatted(account, storageKey, gitHubToken(), password));
    file("web.config", """
        <?xml version="1.0" encoding="utf-8"?>
        <configuration>
          <connectionStrings>
            <add name="Shop" connectionString="Server=tcp:db.example.com,1433;User ID=shop;Password=%s;Encrypt=true" />
          </connectionStrings>
        </configuration>
        """.formatted(password));
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8);
  }

  /** A token of GitHub's form, with the checksum that the form has. */
  private String gitHubToken() {
    String body = word(30);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    StringBuilder checksum = new StringBuilder();
    long rest = crc.getValue();
    for (int i = 0; i < 6; i++) {
      checksum.insert(0, BASE62.charAt((int) (rest % 62)));
      rest /= 62;
    }
    return "ghp_" + body + checksum;
  }

  private String word(int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    return word.toString();
  }
}
