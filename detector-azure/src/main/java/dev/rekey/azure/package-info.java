/**
 * Speaks to Azure: tenants, their clouds, and the clients of their services.
 *
 * <p>An {@link dev.rekey.azure.AzureTenant} is where one starts: it makes the clients for the cloud that
 * its {@link dev.rekey.azure.AzureEnvironment} describes. {@link dev.rekey.azure.ArmClient} speaks to
 * Azure Resource Manager and to nothing else, {@link dev.rekey.azure.GraphClient} to Microsoft Graph,
 * {@link dev.rekey.azure.LogsClient} to the logs of workspaces and {@link dev.rekey.azure.DataPlane} to
 * resources with endpoints of their own, all by the same rules; {@link dev.rekey.azure.ArmException} is
 * every way in which that fails. On it stand {@link dev.rekey.azure.Subscriptions} and {@link
 * dev.rekey.azure.ResourceGraph}, which list. What is read to find secrets is in {@link
 * dev.rekey.azure.surface}:
 *
 * <pre>{@code
 * AzureTenant tenant = AzureTenant.of(id, credential).build();
 * Inventory inventory = new Inventory();
 * ScanReport report =
 *     SecretScanner.using(detector).build().scan(AzureSurface.of(tenant), inventory);
 * }</pre>
 *
 * <p>Answers of ARM are treated as hostile: their size and depth are bounded, a
 * {@code nextLink} to another host is refused, and nothing of a body reaches a message except ARM's
 * own error text, cut short and stripped of control characters.
 */
@NullMarked
package dev.rekey.azure;

import org.jspecify.annotations.NullMarked;
