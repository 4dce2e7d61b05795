/** A user's module: what its code imports, and nothing else. */
module consumer {
  requires com.azure.core.http.jdk.httpclient;
  requires com.azure.identity;
  requires dev.rekey.rotation.azure;
  requires dev.rekey.simulator;
  requires java.net.http;
}
