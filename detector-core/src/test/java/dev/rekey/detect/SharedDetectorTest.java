package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One detector, and many threads that use it at the same time. */
class SharedDetectorTest {
  private static final int THREADS = 8;
  private static final int CONTENTS = 40;
  private static final long SEED = 11;
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);

  @Test
  void many_threads_find_with_one_detector_what_one_thread_finds() throws Exception {
    List<byte[]> contents = contents();
    List<List<String>> expected = new ArrayList<>();
    for (byte[] content : contents) {
      expected.add(found(detector(), content, 0));
    }
    assertThat(expected.stream().mapToInt(List::size).sum()).isGreaterThan(CONTENTS);

    // All start at once on a detector that has never run, so that they compile its patterns
    // together.
    Detector shared = detector();
    CyclicBarrier start = new CyclicBarrier(THREADS);
    inThreads(thread -> {
      Random random = new Random(SEED + thread);
      start.await(60, TimeUnit.SECONDS);
      for (int round = 0; round < 2 * CONTENTS; round++) {
        int i = random.nextInt(CONTENTS);
        assertThat(found(shared, contents.get(i), random.nextInt(3)))
            .as("seed %d, thread %d, content %d", SEED, thread, i)
            .isEqualTo(expected.get(i));
      }
      return true;
    });
  }

  @Test
  void a_receiver_may_ask_the_same_detector() throws Exception {
    Detector shared = detector();
    GeneratedSecrets secrets = new GeneratedSecrets(SEED);
    byte[] inner = bytes("token: " + secrets.gitHubToken() + "\n");
    byte[] outer = bytes("a: " + secrets.gitHubToken() + "\nb: " + secrets.gitHubToken() + "\n");
    inThreads(thread -> {
      for (int round = 0; round < 200; round++) {
        List<String> found = new ArrayList<>();
        shared.detect(outer, "", (finding, secret) -> {
          found.add(finding.toString());
          assertThat(found(shared, inner, found.size())).hasSize(1);
        });
        assertThat(found).isEqualTo(found(shared, outer, 0)).hasSize(2);
      }
      return true;
    });
  }

  @Test
  void a_receiver_that_throws_disturbs_nobody_else() throws Exception {
    Detector shared = detector();
    GeneratedSecrets secrets = new GeneratedSecrets(SEED);
    byte[] content = bytes("a: " + secrets.gitHubToken() + "\nb: " + secrets.gitHubToken() + "\n");
    List<String> expected = found(detector(), content, 0);
    inThreads(thread -> {
      for (int round = 0; round < 300; round++) {
        if (thread % 2 == 0) {
          assertThat(found(shared, content, round % 3)).isEqualTo(expected);
        } else {
          int heard = broken(shared, content);
          assertThat(heard).isOne();
        }
      }
      return true;
    });
  }

  private static int broken(Detector detector, byte[] content) {
    int[] heard = new int[1];
    try {
      detector.detect(content, "", (finding, secret) -> {
        heard[0]++;
        throw new IllegalStateException("full");
      });
    } catch (IllegalStateException expected) {
      return heard[0];
    }
    return -1;
  }

  private interface Task {
    boolean run(int thread) throws Exception;
  }

  private static void inThreads(Task task) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        calls.add(() -> task.run(thread));
      }
      for (Future<Boolean> result : threads.invokeAll(calls, 180, TimeUnit.SECONDS)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Detector detector() {
    return Detector.builder(FewRules.ALL).fingerprintKey(KEY).build();
  }

  private static List<String> found(Detector detector, byte[] content, int way) {
    List<String> found = new ArrayList<>();
    if (way == 0) {
      detector.detect(content, "", (finding, secret) -> found.add(finding.toString()));
    } else if (way == 1) {
      try {
        detector.detect(
            new ByteArrayInputStream(content),
            "",
            (finding, secret) -> found.add(finding.toString()));
      } catch (IOException impossible) {
        throw new AssertionError(impossible);
      }
    } else {
      // All is ASCII, so that characters count as bytes do.
      detector
          .detect(new String(content, StandardCharsets.US_ASCII))
          .forEach(finding -> found.add(finding.toString()));
    }
    return found;
  }

  private static List<byte[]> contents() {
    GeneratedSecrets secrets = new GeneratedSecrets(SEED);
    Random random = secrets.random();
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < CONTENTS; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(i % 10 == 0 ? 100_000 : 5_000);
      while (text.length() < length) {
        text.append(
            switch (random.nextInt(9)) {
              case 0 -> "token = \"" + secrets.gitHubToken() + "\"\n";
              case 1 -> secrets.connectionString(secrets.storageKey()) + "\n";
              case 2 -> "password = '" + secrets.plainPassword() + "'\n";
              case 3 -> secrets.commonAnnotatedKey(random.nextBoolean()) + "\n";
              case 4 -> "ghp_" + secrets.word(20) + "\n";
              case 5 -> secrets.word(40) + "\n";
              default -> "int value = request.getParameter(name);\n".repeat(random.nextInt(60));
            });
      }
      contents.add(bytes(text.toString()));
    }
    return contents;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
