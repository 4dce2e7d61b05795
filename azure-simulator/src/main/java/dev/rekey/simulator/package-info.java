/**
 * A stand-in for Azure on the loopback interface: Entra tokens, Microsoft Graph's applications,
 * Resource Manager, Resource Graph, Key Vault, the blob service, and namespaces of Service Bus and
 * Event Hubs. Real Azure clients talk to it unchanged; it keeps state, and it
 * refuses what Azure refuses, in Azure's words.
 *
 * <pre>{@code
 * Scenario scenario = Scenario.tenant(TENANT).client(CLIENT)
 *     .subscription(SUB, ResourceGroup.of("rg1",
 *         StorageAccount.named("acct1").blob("c/b.txt", "hello"),
 *         Vault.named("vault1").secret("db", "value"),
 *         WebApp.named("app1").setting("KEY", "${key:acct1/key1}"),
 *         Other.of("Microsoft.Automation/automationAccounts", "auto1")
 *             .document("runbooks", List.of(Map.of("name", "start")))
 *             .document("runbooks/start/content", "$key = '${key:acct1/key2}'")))
 *     .build();
 * try (Simulator simulator = Simulator.start(scenario)) {
 *   simulator.cloud();             // authority host and ARM endpoint
 *   simulator.trust();             // the SSLContext for clients
 *   simulator.clientSecret(CLIENT);
 *   String id = simulator.faults().add(Fault.on("POST", ".+/regenerateKey").holdAfter());
 * }
 * }</pre>
 *
 * <p>Out of process, {@link dev.rekey.simulator.Main} serves the JSON form of a {@link
 * dev.rekey.simulator.Scenario}. What the objects offer in process, the control plane offers on the
 * main port:
 *
 * <table>
 * <caption>The control plane</caption>
 * <tr><td>{@code POST /_simulator/faults}<td>adds a {@link dev.rekey.simulator.Fault}: {@code
 *     {"id":"f","method":"POST","path":".+/regenerateKey","nth":1,"times":1,"effect":"HOLD_AFTER"}}
 * <tr><td>{@code GET /_simulator/faults}<td>all faults with matched, hits, holding
 * <tr><td>{@code GET /_simulator/faults/f?hits=1&waitMillis=5000}<td>one fault; waits for its hit
 * <tr><td>{@code DELETE /_simulator/faults}<td>removes all faults
 * <tr><td>{@code POST /_simulator/release}<td>lets held requests go; {@code ?proceed=true} applies
 *     those held before
 * <tr><td>{@code PUT /_simulator/replicas}<td>sets the lags of {@link dev.rekey.simulator.Replicas}:
 *     {@code {"lagMillis":[0,10000]}}
 * <tr><td>{@code POST /_simulator/delete}<td>deletes a resource: {@code {"id":"/subscriptions/…"}}
 * <tr><td>{@code POST /_simulator/settle}<td>lets Resource Graph learn of it
 * <tr><td>{@code GET /_simulator/requests?method=POST&path=.+/regenerateKey.*}<td>the request log; of
 *     one method, and of the paths, with their queries, that a regular expression matches
 * <tr><td>{@code POST /_simulator/stop}<td>stops {@link dev.rekey.simulator.Main}
 * </table>
 *
 * <p>Inside: a {@code Door} per port reads requests and applies faults; {@code Arm} (with {@code
 * StorageProvider}, {@code MessagingProvider}, {@code WebProvider}, {@code ResourceGraph}, and {@code
 * DocumentProvider} for what the {@code ProviderCatalog} lists and no other code answers), {@code
 * Entra} and {@code Graph} (over one {@code Directory}), {@code VaultPlane}, {@code BlobPlane} and
 * {@code MessagingPlane} answer from one {@code World}, whose lock makes each request atomic.
 * Nothing here logs, and nothing shows a secret but the calls that exist to show it.
 */
@NullMarked
package dev.rekey.simulator;

import org.jspecify.annotations.NullMarked;
