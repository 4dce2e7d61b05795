/**
 * Rotates exposed credentials and proves the old ones dead.
 *
 * <p>A {@link dev.rekey.rotation.Planner} turns an exposure into a {@link
 * dev.rekey.rotation.RotationPlan}: data that says what would happen, and changes nothing. Somebody
 * makes an {@link dev.rekey.rotation.Approval} bound to the plan's hash. A {@link
 * dev.rekey.rotation.Rotator} executes it as a saga that is written ahead in a {@link
 * dev.rekey.rotation.RotationJournal}: intent before each call, outcome after it. After a crash it
 * observes what is true instead of trying again. A {@link dev.rekey.rotation.RotationResult} says how
 * it ended; {@link dev.rekey.rotation.RotationResult.Completed} carries the proof of death.
 *
 * <p>Who made the credential is a {@link dev.rekey.rotation.SecretIssuer}, where the good one lives a
 * {@link dev.rekey.rotation.SecretStore}, who uses it a {@link dev.rekey.rotation.Dependent}; the {@link
 * dev.rekey.rotation.ConfigurationFiles} of a folder are dependents that come with this module. Every
 * call of theirs that changes something carries an {@link dev.rekey.rotation.AttemptId} and has an
 * observing twin.
 *
 * <p>A {@link dev.rekey.rotation.RotationListener} hears what happens, a {@link
 * dev.rekey.rotation.RotationTimeline} tells it afterwards, and each result that is not completed has a
 * {@link dev.rekey.rotation.ResultCode}.
 */
@NullMarked
package dev.rekey.rotation;

import org.jspecify.annotations.NullMarked;
