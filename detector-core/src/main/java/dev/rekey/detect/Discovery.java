package dev.rekey.detect;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Asks the rule providers of a class loader, in the order of their class names. */
final class Discovery {
  private Discovery() {}

  /**
   * Returns the set with what the providers add.
   *
   * @throws RuleException if one of them can't be loaded, fails, or changes what is there: the message
   *     names it
   */
  static RuleSet addTo(RuleSet rules, ServiceLoader<RuleProvider> services) {
    List<ServiceLoader.Provider<RuleProvider>> providers;
    try {
      providers = services.stream()
          .sorted(Comparator.comparing(provider -> provider.type().getName()))
          .toList();
    } catch (ServiceConfigurationError broken) {
      throw failed("a rule provider can't be loaded: ", broken);
    }
    RuleSet all = rules;
    for (ServiceLoader.Provider<RuleProvider> provider : providers) {
      all = ask(provider, all);
    }
    return all;
  }

  private static RuleSet ask(ServiceLoader.Provider<RuleProvider> provider, RuleSet before) {
    String who = "rule provider " + provider.type().getName() + ": ";
    @Nullable RuleSet after;
    try {
      after = provider.get().addTo(before);
    } catch (ServiceConfigurationError | IOException | RuntimeException broken) {
      throw failed(who, broken);
    }
    if (after == null || !after.holdsAllOf(before)) {
      throw new RuleException(
          who + "it must return the set it is given, with more in it and nothing changed");
    }
    return after;
  }

  private static RuleException failed(String who, Throwable cause) {
    RuleException failed = new RuleException(who + cause.getMessage());
    failed.initCause(cause);
    return failed;
  }
}
