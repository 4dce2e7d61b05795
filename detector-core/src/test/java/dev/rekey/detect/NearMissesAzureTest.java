package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that have the length and the alphabet of Azure's keys, and are none. */
class NearMissesAzureTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // 64 bytes in base64: digests of packages.
        "\"integrity\": \"sha512-<<[A-Za-z0-9+/]{86}>>==\"",
        "  integrity sha512-<<[A-Za-z0-9+/]{86}>>==\n  resolved \"https://acme.blob.core.windows.net/f.tgz\"",
        "\"resolved\": \"https://acme.blob.core.windows.net/a/-/f.tgz\",\n\"integrity\": \"sha512-<<[A-Za-z0-9+/]{86}>>==\",",
        "<script src=\"https://acme.z6.web.core.windows.net/app.js\" integrity=\"sha512-<<[A-Za-z0-9+/]{86}>>==\"></script>",
        "\"contentHash\": \"<<[A-Za-z0-9+/]{86}>>==\"",
        "\"dependencies\": {\"Azure.Storage.Blobs\": {\"resolved\": \"12.1.0\", \"contentHash\": \"<<[A-Za-z0-9+/]{86}>>==\"}}",
        "\"sha512\": \"<<[A-Za-z0-9+/]{86}>>==\"",
        "storage.digest.key=sha512-<<[A-Za-z0-9+/]{86}>>==",
        "<<[A-Za-z0-9+/]{86}>>==",
        // 32 bytes in base64: digests of images, pins, public keys.
        "script-src 'sha256-<<[A-Za-z0-9+/]{43}>>='",
        "pin-sha256=\"<<[A-Za-z0-9+/]{43}>>=\"; max-age=5184000",
        "\"sha256\": \"<<[A-Za-z0-9+/]{43}>>=\"",
        "PublicKey = <<[A-Za-z0-9+/]{43}>>=",
        "host: acme.redis.cache.windows.net\nhash: sha256-<<[A-Za-z0-9+/]{43}>>=",
        "<<[A-Za-z0-9+/]{43}>>=",
        // 32 bytes in base 32: names of hidden services, multihashes, digests of Nix.
        "<<[a-z2-7]{52}>>",
        "http://<<[a-z2-7]{52}>>.example.test/",
        "/nix/store/<<[a-d0-9]{32}>>-hello sha256:<<[a-z2-7]{52}>>",
        "ipfs cid ba<<[a-z2-7]{57}>>",
        // 16 bytes in hexadecimal: digests, ids of traces and of workflows.
        "etag: <<[0-9a-f]{32}>>\nendpoint: https://acme.cognitiveservices.azure.com/",
        "traceparent: 00-<<[0-9a-f]{32}>>-<<[0-9a-f]{16}>>-01",
        "https://prod-07.westeurope.logic.azure.com/workflows/<<[0-9a-f]{32}>>/runs",
        "https://acme.search.windows.net/indexes/<<[0-9a-f]{32}>>",
        "X-Request-Key: <<[0-9a-f]{32}>>",
        // Keys of emulators, and of nobody.
        "Endpoint=http://localhost;Port=8888;AccessKey=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH;Version=1.0;",
        "Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
        "UseDevelopmentStorage=true",
        "AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey=<<[x]{86}>>",
        "Endpoint=https://acme.azconfig.io;Id=abcd;Secret=c2VjcmV0",
        // References to Key Vault in both forms, and what deployments put in place.
        "AZURE_CLIENT_SECRET=@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/s/<<[0-9a-f]{32}>>)",
        "AZURE_CLIENT_SECRET=@Microsoft.KeyVault(VaultName=acme;SecretName=client-secret)",
        "\"COSMOS_KEY\": \"@Microsoft.KeyVault(VaultName=acme;SecretName=cosmos)\"",
        "AzureWebJobsStorage__accountName=acme",
        "APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey=<<[0-9a-f]{8}>>-<<[0-9a-f]{4}>>-4000-8000-<<[0-9a-f]{12}>>;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
        "APPINSIGHTS_INSTRUMENTATIONKEY=<<[0-9a-f]{8}>>-<<[0-9a-f]{4}>>-4000-8000-<<[0-9a-f]{12}>>",
        "AZURE_STORAGE_KEY=$(az storage account keys list -n acme --query [0].value -o tsv)",
        "ARM_CLIENT_SECRET: ${{ secrets.ARM_CLIENT_SECRET }}",
        "client_secret = var.client_secret\nclient_id = \"00000000-1111-2222-3333-444444444444\"\ntenant_id = \"00000000-1111-2222-3333-444444444444\"",
        "storageKey: listKeys(storageAccount.id, '2023-01-01').keys[0].value",
        "\"adminPassword\": {\"reference\": {\"keyVault\": {\"id\": \"/subscriptions/1\"}, \"secretName\": \"admin\"}}",
        "az login --service-principal -u \"$APP_ID\" -p \"$PASSWORD\" --tenant \"$TENANT\"",
        "mysql -h acme.mysql.database.azure.com -u app -p orders",
        "sqlcmd -S acme.database.windows.net -U app -P %SQL_PASSWORD% -i x.sql"
      })
  void a_near_miss_is_not_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }
}
