/**
 * A stand-in for Azure on the loopback interface: Entra tokens, Microsoft Graph's applications,
 * Resource Manager, Resource Graph, Key Vault, the blob service, App Configuration, the development
 * endpoints of Synapse, and namespaces of Service Bus and Event Hubs. Real Azure clients talk to it
 * unchanged; it keeps state, and it refuses what Azure refuses, in Azure's words.
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
 * <p>What it is like on a bad day is set at the start: {@link dev.rekey.simulator.Throttling} are the
 * limits of Resource Manager, {@link dev.rekey.simulator.Chance} is trouble that comes by chance, and by
 * the same chance again for the same seed. A single request is made to go wrong by a {@link
 * dev.rekey.simulator.Fault}.
 *
 * <pre>{@code
 * Simulator simulator = Simulator.of(scenario)
 *     .throttled(Throttling.published())
 *     .chance(Chance.seeded(7).serverErrors(0.01).refusals(0.05))
 *     .start();
 * simulator.refused();             // the reads that were refused by chance, and the actions they lack
 * }</pre>
 *
 * <p>Out of process, {@link dev.rekey.simulator.Main} serves the JSON form of a {@link
 * dev.rekey.simulator.Scenario}; its options {@code --throttling FILE} and {@code --chance FILE} take
 * the JSON forms of the others: {@code {"limits":"PUBLISHED","factor":10,"unlimitedGraph":true}} and
 * {@code {"seed":7,"serverErrors":0.01,"refusals":0.05,"slow":0.01,"slowMillis":200}}.
 * What the objects offer in process, the control plane offers on the main port:
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
 * <tr><td>{@code GET /_simulator/least}<td>how few requests read every place where a secret can sit:
 *     {@code {"requests":9}}
 * <tr><td>{@code GET /_simulator/refused}<td>the reads that were refused by chance, and their actions
 * <tr><td>{@code POST /_simulator/stop}<td>stops {@link dev.rekey.simulator.Main}
 * </table>
 *
 * <p>Inside: a {@code Door} per port reads requests and applies faults, {@code Trouble} what chance
 * wants; {@code Arm} (with {@code StorageProvider}, {@code MessagingProvider}, {@code WebProvider},
 * {@code ResourceGraph}, and {@code DocumentProvider} for what the {@code ProviderCatalog} lists and no
 * other code answers), {@code Entra} and {@code Graph} (over one {@code Directory}), {@code VaultPlane},
 * {@code BlobPlane}, {@code ConfigurationPlane}, {@code SynapsePlane} and {@code MessagingPlane} answer
 * from one {@code World}, whose lock makes each request atomic. Nothing here logs, and nothing shows a
 * secret but the calls that exist to show it.
 */
@NullMarked
package dev.rekey.simulator;

import org.jspecify.annotations.NullMarked;
