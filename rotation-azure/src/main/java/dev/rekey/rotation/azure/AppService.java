package dev.rekey.rotation.azure;

import dev.rekey.azure.ArmClient;
import dev.rekey.rotation.Rewriter;

/** How apps are reached, and how values are found in them: what all their dependents share. */
record AppService(ArmClient arm, Rewriter rewriter) {}
