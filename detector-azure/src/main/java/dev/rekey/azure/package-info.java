/**
 * Reads Azure: which resources there are, what they keep in plain settings, and how much that
 * matters.
 *
 * <p>{@link dev.rekey.azure.ArmClient} speaks to Azure Resource Manager and to nothing else, {@link
 * dev.rekey.azure.GraphClient} to Microsoft Graph and {@link dev.rekey.azure.LogsClient} to the logs of
 * workspaces by the same rules; {@link dev.rekey.azure.ArmException} is every way in which that fails. On
 * it stand {@link dev.rekey.azure.Subscriptions} and {@link dev.rekey.azure.ResourceGraph}, which list,
 * and the sources of contents, of which {@link dev.rekey.azure.WebAppSettings} is the first:
 *
 * <pre>{@code
 * ArmClient arm = ArmClient.builder().credential(credential).build();
 * Inventory inventory = new Inventory();
 * ScanReport report = SecretScanner.using(detector).build().scan(WebAppSettings.in(arm), inventory);
 * }</pre>
 *
 * <p>Reading needs the role Reader, and for settings the action {@code
 * Microsoft.Web/sites/config/list/action}, which Reader lacks; what is refused is an outcome of the
 * scan, never its end. Answers of ARM are treated as hostile: their size and depth are bounded, a
 * {@code nextLink} to another host is refused, and nothing of a body reaches a message except ARM's
 * own error text, cut short and stripped of control characters.
 */
@NullMarked
package dev.rekey.azure;

import org.jspecify.annotations.NullMarked;
