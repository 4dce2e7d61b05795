package dev.rekey.azure;

import com.azure.core.http.HttpHeaderName;
import java.util.List;

/**
 * A service that an {@link Exchange} speaks to, and where its ways differ.
 *
 * @param label its name in messages
 * @param items the property of a page that holds its items
 * @param link the property of a page that leads to the next
 * @param forbidden what to do about a 403 that names no action
 * @param gone what to do about a 404
 * @param ids the headers that carry the id of a request
 */
record Service(
    String label,
    String items,
    String link,
    String forbidden,
    String gone,
    List<HttpHeaderName> ids) {
  /** Whether its links to the next page are paths without a host. */
  boolean linksByPath() {
    return link.equals("@nextLink");
  }

  static final Service ARM = new Service(
      "ARM",
      "value",
      "nextLink",
      ". Check the roles of the caller, deny assignments, policies and firewalls",
      ". Check the id and the api-version: it is gone, or in another subscription or cloud",
      List.of(
          HttpHeaderName.X_MS_CLIENT_REQUEST_ID,
          HttpHeaderName.fromString("x-ms-correlation-request-id")));

  static final Service GRAPH = new Service(
      "Microsoft Graph",
      "value",
      "@odata.nextLink",
      ". Grant the caller Application.ReadWrite.OwnedBy and make it an owner of the object, or"
          + " Application.ReadWrite.All",
      ". Check the id: it is gone, or in another tenant or cloud, or too new to be known everywhere",
      List.of(HttpHeaderName.fromString("client-request-id")));

  static final Service LOGS = new Service(
      "Azure Monitor Logs",
      "",
      "",
      ". Give the caller the role Log Analytics Reader on the workspace, or"
          + " Microsoft.OperationalInsights/workspaces/query/read and the reads of the tables, and a"
          + " service principal Data.Read of the Log Analytics API besides; check that"
          + " endpoint and scope are of one cloud, and that the workspace takes queries from this"
          + " network",
      ". Check the id of the workspace: it is a GUID, in the portal its Workspace ID, in ARM its"
          + " customerId",
      List.of(HttpHeaderName.X_MS_CLIENT_REQUEST_ID));

  static final Service CONFIGURATION = new Service(
      "App Configuration",
      "items",
      "@nextLink",
      ". Give the caller the role App Configuration Data Reader on the store, and check that the store"
          + " takes requests from this network",
      ". Check the endpoint: the store is gone, or in another cloud",
      List.of(HttpHeaderName.X_MS_CLIENT_REQUEST_ID));

  static final Service SYNAPSE = new Service(
      "Synapse",
      "value",
      "nextLink",
      ". Give the caller the Synapse role Synapse Artifact User in the workspace; roles of Azure do"
          + " not count there",
      ". Check the endpoint: the workspace is gone, or in another cloud",
      List.of(HttpHeaderName.X_MS_CLIENT_REQUEST_ID));

  static final Service BLOBS = new Service(
      "Blob storage",
      "",
      "",
      ". Give the caller the role Storage Blob Data Reader on the account, and check that the account"
          + " takes requests from this network",
      ". Check the endpoint: account, container or blob is gone, or in another cloud",
      List.of(HttpHeaderName.X_MS_CLIENT_REQUEST_ID));

  static final Service VAULT = new Service(
      "Key Vault",
      "value",
      "nextLink",
      ". Give the caller the role Key Vault Reader on the vault, or List by an access policy where it"
          + " has these, and check that the vault takes requests from this network",
      ". Check the name: the vault or the secret is gone, or in another cloud",
      List.of(HttpHeaderName.X_MS_CLIENT_REQUEST_ID));
}
