package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintKeyTest {
  @TempDir
  private Path folder;

  @Test
  void the_same_bytes_are_the_same_key_and_later_changes_do_not_reach_it() {
    byte[] bytes = new byte[32];
    FingerprintKey key = FingerprintKey.of(bytes);
    bytes[0] = 1;

    assertThat(key.id()).isEqualTo(FingerprintKey.of(new byte[32]).id()).matches("[0-9a-f]{16}");
    assertThat(FingerprintKey.of(bytes).id()).isNotEqualTo(key.id());
    assertThat(FingerprintKey.random().id())
        .isNotEqualTo(FingerprintKey.random().id());
  }

  @Test
  void a_fingerprint_is_the_hmac_that_the_jdk_computes() throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[32 + random.nextInt(100)]; // HMAC hashes keys of more than 64 first.
      byte[] value = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      random.nextBytes(value);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));

      FingerprintKey key = FingerprintKey.of(bytes);

      String id = HexFormat.of()
          .formatHex(mac.doFinal("rekey fingerprint key id".getBytes(StandardCharsets.US_ASCII)));
      assertThat(key.id()).as("seed %d", seed).isEqualTo(id.substring(0, 16));
      assertThat(key.fingerprint(value).hex())
          .as("seed %d", seed)
          .isEqualTo(HexFormat.of().formatHex(mac.doFinal(value)));
    }
  }

  @Test
  void many_threads_fingerprint_under_one_key_what_one_does() throws Exception {
    FingerprintKey key = FingerprintKey.of(new byte[32]);
    List<byte[]> values = new ArrayList<>();
    List<Fingerprint> expected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      values.add(new byte[i % 200]);
      expected.add(key.fingerprint(values.get(i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<List<Fingerprint>> all =
          () -> values.stream().map(key::fingerprint).toList();
      for (Future<List<Fingerprint>> one : threads.invokeAll(List.of(all, all, all, all))) {
        assertThat(one.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_provider_whose_digest_cannot_be_copied_gives_the_same_fingerprint() throws Exception {
    byte[] value = {1, 2, 3};
    Fingerprint expected = FingerprintKey.of(new byte[32]).fingerprint(value);
    Provider provider =
        new UncopiedProvider(MessageDigest.getInstance("SHA-256").getProvider());
    Security.insertProviderAt(provider, 1);
    try {
      FingerprintKey key = FingerprintKey.of(new byte[32]);
      assertThatThrownBy(() -> MessageDigest.getInstance("SHA-256").clone())
          .isInstanceOf(CloneNotSupportedException.class);
      assertThat(key.fingerprint(value)).isEqualTo(expected);
      assertThat(key.fingerprint(value)).isEqualTo(expected);
    } finally {
      Security.removeProvider(provider.getName());
    }
  }

  /** Has SHA-256 of another provider, as a digest that can't be copied. */
  private static final class UncopiedProvider extends Provider {
    private static final long serialVersionUID = 1;

    UncopiedProvider(Provider other) {
      super("Uncopied", "1", "for a test");
      putService(new Service(this, "MessageDigest", "SHA-256", "none", List.of(), Map.of()) {
        @Override
        public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
          return new Uncopied(MessageDigest.getInstance("SHA-256", other));
        }
      });
    }
  }

  private static final class Uncopied extends MessageDigestSpi {
    private final MessageDigest digest;

    Uncopied(MessageDigest digest) {
      this.digest = digest;
    }

    @Override
    protected void engineUpdate(byte input) {
      digest.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      digest.update(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
      return digest.digest();
    }

    @Override
    protected void engineReset() {
      digest.reset();
    }
  }

  @Test
  void fewer_than_32_bytes_are_refused() {
    assertThatThrownBy(() -> FingerprintKey.of(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32")
        .hasMessageContaining("31");
  }

  @Test
  void a_file_is_made_once_for_its_owner_only() throws IOException {
    Path file = folder.resolve("key");
    FingerprintKey made = FingerprintKey.file(file);

    assertThat(FingerprintKey.file(file).id()).isEqualTo(made.id());
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    Assumptions.assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void creators_that_race_all_get_the_same_key() throws Exception {
    for (int round = 0; round < 30; round++) {
      Path file = folder.resolve("key" + round);
      CountDownLatch start = new CountDownLatch(1);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<String>> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          Callable<String> creator = () -> {
            start.await();
            return FingerprintKey.file(file).id();
          };
          ids.add(threads.submit(creator));
        }
        start.countDown();
        Set<String> different = new HashSet<>();
        for (Future<String> id : ids) {
          different.add(id.get());
        }
        assertThat(different).as("round %d", round).hasSize(1);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void a_file_that_is_no_key_is_named_and_not_quoted() throws IOException {
    String almost = "c0ffee".repeat(10);
    for (String content : List.of("", "zz" + almost, almost, "not a key", almost + "0", "\u00ff")) {
      Path file = folder.resolve("bad");
      Files.writeString(file, content);
      assertThatThrownBy(() -> FingerprintKey.file(file))
          .isInstanceOf(IOException.class)
          .hasNoCause()
          .hasMessageContaining(file.toString())
          .hasMessageContaining("64 hexadecimal digits")
          .extracting(Throwable::getMessage)
          .asString()
          .doesNotContain("c0ffee")
          .doesNotContain("not a key\"");
    }
  }

  @Test
  void a_folder_that_does_not_exist_is_not_made() {
    Path file = folder.resolve("none").resolve("key");
    assertThatThrownBy(() -> FingerprintKey.file(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void a_folder_is_no_key() {
    assertThatThrownBy(() -> FingerprintKey.file(folder)).isInstanceOf(IOException.class);
  }

  @Test
  void it_shows_its_id_and_not_its_bytes() {
    FingerprintKey key = FingerprintKey.of(new byte[32]);
    assertThat(key.toString()).isEqualTo("FingerprintKey(" + key.id() + ")");
  }
}
