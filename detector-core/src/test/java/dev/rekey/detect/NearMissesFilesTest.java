package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of files, commands and programs where a credential could stand, and none does. */
class NearMissesFilesTest {
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Addresses without a password, or with one that is filled in.
        "jdbc:postgresql://db.acme.test:5432/orders?sslmode=require",
        "postgres://app@db.acme.test:5432/a:b@c",
        "image: postgres:14@sha256:<<[a-f0-9]{64}>>",
        "mongodb://<user>:<password>@cluster0.acme.test/orders",
        "postgresql+psycopg2://%(user)s:%(password)s@%(host)s/orders",
        "redis://${REDIS_USER}:${REDIS_PASSWORD}@cache.acme.test:6379",
        "amqp://{user}:{password}@{host}:5672/{vhost}",
        "f\"mysql://{USER}:{PASSWORD}@{HOST}/shop\"",
        "scp backup.tgz deploy@files.acme.test:/srv/backup",
        "http://[2001:db8::1]:8080/a@b",
        // Headers and options that name no credential.
        "WWW-Authenticate: Basic realm=\"acme\"",
        "WWW-Authenticate: Bearer realm=\"acme\", error=\"invalid_token\"",
        "the basic idea of the authentication that it uses",
        "Authorization: Bearer <token>",
        "Authorization: Bearer $(gcloud auth print-access-token)",
        "headers['Authorization'] = 'Bearer ' + session.token",
        "curl -u $USER:$PASSWORD https://api.acme.test/v1",
        "curl --user-agent acme/1.0 https://api.acme.test/v1:9000",
        "curl -X POST -d user:passw0rd-less https://api.acme.test/v1",
        "X-Api-Key: the key that you find in your settings",
        "https://api.acme.test/v1/items?access_token={access_token}",
        "https://api.acme.test/v1/items?page_token=<<[A-Za-z0-9]{24}>>",
        // Keys that are public, or not there.
        "-----BEGIN CERTIFICATE-----\n<<[A-Za-z0-9+/]{64}>>\n-----END CERTIFICATE-----\n",
        "-----BEGIN PUBLIC KEY-----\n<<[A-Za-z0-9+/]{64}>>\n-----END PUBLIC KEY-----\n",
        "certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk<<[A-Za-z0-9]{200}>>",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"<<[A-Za-z0-9_-]{43}>>\"}",
        "<path d=\"M10 20 L30 40\" data-d=\"d\": \"x\"/>",
        "PublicKey = <<[A-Za-z0-9+/]{42}>>E=",
        "untrusted comment: minisign public key\nRWQ<<[A-Za-z0-9+/]{53}>>",
        "UA<<[A-Z2-7]{54}>>",
        // Files of tools, without what makes them secret.
        "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
        "<server><id>nexus</id><username>ci</username><password>${env.PW}</password></server>",
        "ansible_become_password: \"{{ vault_become }}\"",
        "deploy:$apr1$<salt>$<hash>",
        "root:*:19000:0:99999:7:::",
        "root:x:0:0:root:/root:/bin/bash",
        "db.acme.test:5432:orders:app:<password>",
        "0.0.0.0:5432->5432/tcp, 0.0.0.0:6432->6432/tcp",
        "[client]\nuser=app\nsocket=/run/mysqld/mysqld.sock\n",
        "pass = <<[A-Za-z0-9_-]{38}>>",
        "<Pass encoding=\"crypt\"><<[A-Za-z0-9+/]{40}>></Pass>",
        "password 51:b:",
        "<Properties cpassword=\"\" userName=\"admin\"/>",
        "username ops password 7 <removed>",
        "authentication-order [ password tacplus ]; $9$ is reversible",
        "psk=\"your-passphrase\"",
        ": RSA moonKey.pem",
        // Commands that ask, or take it from elsewhere.
        "mysql -h db.acme.test -u app -p shop",
        "mysql -u root -p\"$MYSQL_ROOT_PASSWORD\" -e 'select 1'",
        "docker login -u ci --password-stdin registry.acme.test",
        "echo \"$TOKEN\" | docker login ghcr.io -u ci --password-stdin",
        "sshpass -f /run/secrets/pw ssh deploy@web1.acme.test",
        "openssl rsa -in key.pem -passin env:PASS",
        "keytool -list -keystore cacerts -storepass changeit",
        "az login --service-principal -u $APP_ID -p $SECRET --tenant $TENANT",
        "ldapsearch -x -D cn=admin,dc=acme,dc=test -W -b dc=acme,dc=test",
        "net use Z: \\\\files.acme.test\\share /user:ACME\\deploy *",
        "sqlplus / as sysdba",
        "PGPASSWORD=\"$DB_PASSWORD\" psql -h db.acme.test",
        // Programs that get it from somewhere, or talk about it.
        "DriverManager.getConnection(url, user, password);",
        "new NetworkCredential(settings.User, settings.Password)",
        "ConvertTo-SecureString $env:PASSWORD -AsPlainText -Force",
        "requests.get(url, auth=(user, password))",
        "SECRET_KEY = os.environ['SECRET_KEY']",
        "SECRET_KEY = get_random_secret_key()",
        "APP_KEY=",
        "secret_key_base: <%= ENV[\"SECRET_KEY_BASE\"] %>",
        "jwt.sign(payload, process.env.JWT_SECRET, { expiresIn: '1h' })",
        "jwt.verify(token, publicKey, { algorithms: ['RS256'] })",
        "http.add_certificate(key, cert, domain, password=password)",
        "        password=args.auth_password),",
        "password = getAttributeValue(userPassword, attributes);",
        "def connect(username: String, password: String): Client = {",
        "  password: Required. The password of the user that connects",
        "  passwd: elevated-privileges 4755 root/root",
        "GOOGLE_DEFAULT_PASSWORD = 'notasecret'",
        "\"nextPageToken\": \"<<[A-Za-z0-9_-]{40}>>\"",
        "csrf_token = '<<[A-Za-z0-9]{40}>>'",
        "secret_key_id: <<[A-Za-z0-9]{32}>>",
        "token_url = 'https://login.acme.test/oauth/token'",
        "apiKey: 'an-api-key-that-is-made-of-words'",
        "token: com.acme.tokens.TokenProvider",
        "public_key_token=b77a5c561934e089"
      })
  void a_near_miss_is_not_found(String template) {
    String text = ExampleTemplate.fill(template);
    assertThat(DETECTOR.detect(text)).as(text).isEmpty();
  }
}
