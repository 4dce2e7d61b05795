package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of clouds, build systems, registries and networks that are near a token and are none. */
class NearMissesInfraTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The prefix in an identifier of a program.
        "static void ptr_to_first_element_of_the_linked_list_of_all_nodes(void);",
        "int vcp_register_the_new_virtual_channel_processor(struct vcp *p);",
        "rnd_state_initialise_with_seed_and_stream(seed)",
        "#define SPAT_MAX_NUMBER_OF_INTERSECTIONS 32",
        "perm:read-only, perm-user.group.other",
        "hawk.client.authenticate(request)",
        "mask = 0x4AAAA000;",
        "st.session_state.user_profile_of_the_current_user",
        // Public halves, ids and digests beside which secrets stand.
        "PublicKey = <<[A-Za-z0-9+/]{42}>>A=",
        "nodekey:<<[a-f0-9]{64}>>",
        "mkey:<<[a-f0-9]{64}>>",
        "nlpub:<<[a-f0-9]{64}>>",
        "<<[0-9a-f]{10}>>:0:<<[0-9a-f]{128}>>",
        "data-sitekey=\"0x4AAAAAAA<<[A-Za-z0-9]{14}>>\"",
        "\"to\": \"<<[A-Za-z0-9]{22}>>:APA91b<<[A-Za-z0-9_-]{134}>>\"",
        "docker swarm join-token --rotate worker",
        "https://objectstorage.eu-frankfurt-1.oraclecloud.com/n/acme/b/public/o/logo.png",
        "https://dl.cloudsmith.io/public/acme/tools/setup.deb.sh",
        "https://conda.anaconda.org/conda-forge/linux-64/repodata.json",
        "cloudinary://API_KEY:API_SECRET@CLOUD_NAME",
        "SCW_DEFAULT_PROJECT_ID=<<[a-f0-9]{8}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{4}>>-<<[a-f0-9]{12}>>",
        "GOOGLE_APPLICATION_CREDENTIALS=/etc/secrets/gcp.json",
        "root:x:0:0:root:/root:/bin/bash",
        // Encrypted, so no secrets.
        "$ANSIBLE_VAULT;1.1;AES256\n<<[0-9]{80}>>\n",
        "tls_key: ENC[AES256_GCM,data:<<[A-Za-z0-9]{12}>>=,iv:<<[A-Za-z0-9]{43}>>=,tag:<<[A-Za-z0-9]{22}>>==,type:str]",
        "transit: vault:v1:<<[A-Za-z0-9+/]{60}>>",
        // The value is to be filled in.
        "K3S_TOKEN=K10<CA-HASH>::server:<PASSWORD>",
        "kubeadm join 10.0.0.1:6443 --token <token> --certificate-key <key>",
        "  .dockerconfigjson: {{ template \"imagePullSecret\" . }}",
        "npmAuthToken: \"${NPM_TOKEN}\"",
        "NGROK_AUTHTOKEN=<YOUR_AUTHTOKEN>",
        "BWS_ACCESS_TOKEN=0.xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy:zzzzzzzzzzzzzzzzzzzzzz==",
        "RENDER_DEPLOY_HOOK=https://api.render.com/deploy/srv-xyz?key=abc",
        "https://api.netlify.com/build_hooks/{hook_id}",
        "X-Amz-Signature={signature}&X-Amz-Expires=3600",
        // One character too many or too few, or one of another alphabet.
        "nbp_<<[A-Za-z0-9]{35}>>",
        "jsrp_<<[A-Za-z0-9]{36}>>",
        "packagist_uut_<<[a-f0-9]{67}>>",
        "oy2<<[a-z018]{43}>>",
        "cmVmd<<[A-Za-z0-9]{60}>>",
        "SWMTKN-1-<<[a-z0-9]{50}>>-<<[a-z0-9]{24}>>",
        "GOOG<<[A-Z0-9]{40}>>",
        "DO00<<[A-Z0-9]{17}>>"
      })
  void a_near_miss_is_not_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }
}
