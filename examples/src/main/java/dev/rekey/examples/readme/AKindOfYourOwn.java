package dev.rekey.examples.readme;

import dev.rekey.azure.surface.Clue;
import dev.rekey.azure.surface.Decoding;
import dev.rekey.azure.surface.Reading;
import dev.rekey.azure.surface.ResourceKind;

/** A type of resource that Rekey does not know. */
public final class AKindOfYourOwn {
  private AKindOfYourOwn() {}

  // region
  /** What to read of a gadget, what that needs, and what tells whether it can be reached. */
  static final ResourceKind GADGETS = ResourceKind.of("Contoso.Widgets/gadgets", "2022-12-01")
      .group("Widgets")
      .reads(Reading.get("")
          .values("/properties/environment/*/value") // Lines NAME=VALUE of one content.
          .text(Decoding.BASE64, "/properties/startScript")) // A content of its own.
      .reachable(
          Clue.at("/properties/publicNetworkAccess").is("Disabled").no(),
          Clue.at("/properties/publicNetworkAccess").isAbsent().yes("it is open by default"))
      .build();
  // endregion
}
