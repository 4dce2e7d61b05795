package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanTextTest {
  private final FakeWorld world = new FakeWorld(24);

  @Test
  void a_page_answers_who_breaks() {
    world.usage = UsageSource.NONE;
    world.addApp("nightly", world.value("key2"));
    RotationPlan plan = world.plan();

    assertThat(plan.toText()).isEqualTo("""
            Rotate an Azure storage account key of account acme
              plan HASH of TIME
              production: UNKNOWN, a test

            Who breaks?
              Nobody that is known: everybody is moved to key2 and verified before step 12 revokes key1.

            Moved from the exposed slot key1
              app shop: its configuration holds the value; production
              app till: its configuration holds the value; production

            Moved from the standby slot key2
              app nightly: its configuration holds the value; production

            What else happens
              step 4: What key2 signed dies with it.
              step 12: What key1 signed dies with it.

            What stays open, and until when
              Until step 12, whoever has the exposed value opens with it what it opens today.
              Whoever takes up key2 between the last look and step 4, or key1 between the last look and step 12, loses it there.
              From step 5 on, whoever follows the secret acme-key gets the new value, before those of later steps are moved.

            What can't be known
              Whether anybody unknown uses key2: no usage source is connected.
              Whether anybody unknown uses key1: no usage source is connected.
              Whether production uses it: a test.
              Who uses it where nobody looks: dependents are those that the planner's finders know.

            Risks, each to be accepted by its name
              USE_UNKNOWN: somebody unknown may use a key that is regenerated

            Steps
               1 check    all that was looked at for this plan, and once more before each of the two slots
                        every known kind of dependent is looked through
               2 converge app nightly: from key2 to key1
                        PUT nightly/appsettings
               3 verify   app nightly
                        its configuration is read again; it is running
               4 issue    key2 of account acme
                        POST regenerate key2
                        $ az acme renew key2
               5 store    secret acme-key
                        PUT acme-key
               6 adopt    app shop
                        PUT shop/appsettings
               7 verify   app shop
                        its configuration is read again; it is running
               8 adopt    app till
                        PUT till/appsettings
               9 verify   app till
                        its configuration is read again; it is running
              10 adopt    app nightly
                        PUT nightly/appsettings
              11 verify   app nightly
                        its configuration is read again; it is running
              12 revoke   key1 of account acme
                        POST regenerate key1
                        $ az acme renew key1
              13 prove    key1 of account acme
                        its issuer holds it no longer, every endpoint refuses the old value and takes the new one
              14 retire   version acme-key/v1
                        PATCH acme-key/v1

            What it needs to be allowed
              /subscriptions/s1/resourceGroups/g1/acme
                Acme/accounts/renew/action
              https://vault
                Vaults/secrets/set (data)

            Where the value stays written, dead afterwards
              repo/file:1:4
            """.replace("HASH", plan.hash())
        .replace("TIME", plan.plannedAt().toString()));
  }

  @Test
  void a_blocked_plan_says_what_stands_in_the_way_and_promises_nothing() {
    world.state.slots().remove("key2");
    RotationPlan plan = world.plan();

    assertThat(plan.toText())
        .contains("It can't be approved", plan.blockers().get(0).fix())
        .doesNotContain("Who breaks?", "Steps");
  }

  @Test
  void a_name_from_the_outside_can_not_forge_a_line() {
    String json = world
        .plan()
        .toJson()
        .replace("\"label\":\"app till\"", "\"label\":\"till\\nWho breaks?\\n  nobody\\u202e\"");
    assertThat(RotationPlan.parse(json).toText())
        .contains("  till?Who breaks??  nobody?: its configuration holds the value; production\n")
        .doesNotContain("\u202e");
  }
}
