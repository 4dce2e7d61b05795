/**
 * Contracts that an issuer, a store, a dependent and a journal of your own must keep: extend the one
 * that fits, say where your implementation is, and JUnit runs it.
 *
 * <p>{@link dev.rekey.rotation.testkit.SlotIssuerContract} and {@link
 * dev.rekey.rotation.testkit.OneShotIssuerContract} are for issuers, {@link
 * dev.rekey.rotation.testkit.SecretStoreContract}, {@link dev.rekey.rotation.testkit.DependentContract}
 * and {@link dev.rekey.rotation.testkit.RotationJournalContract} for the others. Each asks what the
 * interface promises, and then makes whole rotations with your implementation among doubles in memory
 * and a clock that only the test moves: the process dies before and after each line of the journal and
 * each call of yours; calls fail before they took effect and after it, hang, and are interrupted; what
 * triggers a rotation comes twice. Whatever happens, everybody must be left with a credential that
 * works, the exposed one dead or the run undone, nothing made twice, and no value shown.
 *
 * <p>Values and faults are made from the seed {@code rekey.testkit.seed}, a system property, which
 * failures name.
 */
@NullMarked
package dev.rekey.rotation.testkit;

import org.jspecify.annotations.NullMarked;
