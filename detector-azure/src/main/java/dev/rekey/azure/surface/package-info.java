/**
 * Every place in Azure where a secret can sit, as contents to scan, and what surrounds it.
 *
 * <p>{@link dev.rekey.azure.surface.AzureSurface} is the source; a {@link
 * dev.rekey.azure.surface.ResourceKind} describes as data what of a type of resource is read, and
 * {@link dev.rekey.azure.surface.Coverage} tells what was seen and what could not be. {@link
 * dev.rekey.azure.surface.VaultInventory} and {@link dev.rekey.azure.surface.ApplicationInventory} tell
 * what secrets key vaults and applications have, without a value.
 */
@NullMarked
package dev.rekey.azure.surface;

import org.jspecify.annotations.NullMarked;
