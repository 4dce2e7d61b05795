/**
 * Rotates Azure's credentials: keys of storage accounts and of authorization rules of Service Bus and
 * Event Hubs, and client secrets of Entra's applications, kept in Key Vault, used by web apps.
 *
 * <p>{@link dev.rekey.rotation.azure.StorageAccounts} finds the account that a key belongs to by
 * comparing fingerprints with the keys that are live, and is its issuer; {@link
 * dev.rekey.rotation.azure.MessagingNamespaces} does so for authorization rules. {@link
 * dev.rekey.rotation.azure.EntraApplications} finds the application of a client secret, whose values
 * nobody shows, by the client id beside it and by signing in. {@link
 * dev.rekey.rotation.azure.KeyVaultStore} keeps the good key. {@link
 * dev.rekey.rotation.azure.WebApps} finds the apps that use a key, and moves them; {@link
 * dev.rekey.rotation.azure.VaultSecrets} does so for secrets that hold it inside a longer value. {@link
 * dev.rekey.rotation.azure.WorkspaceLogs} tells from logs who else uses it.
 *
 * <p>Endpoints of data planes come from Azure Resource Manager, never from names. Nothing that
 * changes something is sent twice, but a write to the vault, where the vault's client does so: see
 * {@link dev.rekey.rotation.azure.KeyVaultStore}.
 */
@NullMarked
package dev.rekey.rotation.azure;

import org.jspecify.annotations.NullMarked;
