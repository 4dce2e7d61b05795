package dev.rekey.detect;

import java.io.IOException;

/**
 * Rules that come with another library, for {@link RuleSet#discovered()}.
 *
 * <p>It is a service: a module {@code provides dev.rekey.detect.RuleProvider with} its class; a jar
 * on the class path names the class in {@code META-INF/services/dev.rekey.detect.RuleProvider}. It
 * has a public constructor without parameters, and is called by one thread.
 */
@FunctionalInterface
public interface RuleProvider {
  /**
   * Returns the set with rules, checks and suppressors added to it. It takes nothing away and
   * replaces nothing: only the embedder does that.
   *
   * @throws RuleException if a rule is wrong
   * @throws IOException if a file of rules can't be read
   */
  RuleSet addTo(RuleSet rules) throws IOException;
}
