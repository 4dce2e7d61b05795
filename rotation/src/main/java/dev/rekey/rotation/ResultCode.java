package dev.rekey.rotation;

/**
 * The stable name of every way in which a run ends without being completed, or waits. A number never
 * changes its meaning. {@code docs/RUNBOOK.md} has a chapter for each.
 */
public enum ResultCode {
  /** Somebody interrupted the thread. */
  INTERRUPTED(
      101,
      "Interrupted",
      "Every known dependent has a credential that works, and the last call may or may not have taken"
          + " effect.",
      "Resume the run."),
  /** Somebody froze the rotator. */
  FROZEN(
      102,
      "Frozen",
      "Every known dependent has a credential that works, and nothing more is changed.",
      "Thaw the rotator when the reason is gone, and resume the run."),
  /** Somebody cancelled this run. */
  CANCELLED(
      103,
      "Cancelled",
      "Every known dependent has a credential that works, and nothing more is changed.",
      "Resume the run when the reason is gone: the exposure is open until it has ended."),
  /** A change needs longer to show than a thread may wait. */
  WAITING(
      104,
      "Waiting until a deadline",
      "Every known dependent has a credential that works, and nothing is wrong.",
      "Resume the run at the deadline; before it nothing is called."),
  /** A person has to move somebody into whom nobody can look, and to say so. */
  ATTESTING(
      105,
      "Waiting for a person",
      "Every known dependent has a credential that works. Who can't be looked into is named, and may"
          + " still need the exposed credential, which works.",
      "Have who is named moved to the new credential, say so with Rotator.attest, and resume the run;"
          + " it decides by itself at the deadline."),
  /** It was given up before anything was changed. */
  UNTOUCHED(
      201,
      "Given up before anything was changed",
      "Nothing was changed. The exposure stays open: the exposed credential works.",
      "Mend the cause, plan and approve again."),
  /** It was given up, and what had been changed was undone. */
  UNDONE(
      202,
      "Undone",
      "Every known dependent has what it had before, or the exposed credential where that is dead."
          + " The exposure stays open: the exposed credential works.",
      "Mend the cause, plan and approve again."),
  /** It could not be gone on with, before the exposed slot was touched. */
  STOPPED(
      301,
      "Stopped before the point of no return",
      "Every known dependent has a credential that works. Nothing was revoked: the exposed credential"
          + " works.",
      "Mend the cause, and resume the run."),
  /** It was given up, and somebody could not be given back what they had. */
  HALF_UNDONE(
      302,
      "Half undone",
      "The run was given up. Nothing was revoked: the exposed credential works, and so does the new"
          + " one. A dependent that is named may not work.",
      "Mend what is named, and resume the run: it goes on going back."),
  /** The call that revokes may have been made, or not. */
  REVOKING(
      303,
      "Revoking, and not known whether done",
      "Every known dependent uses the new credential, which works. Whether the exposed one is dead is"
          + " not known.",
      "Mend the cause, and resume the run: it looks before it calls."),
  /** The exposed credential was revoked, and its death is not tried out. */
  UNPROVED(
      304,
      "Revoked, and not proved",
      "Every known dependent uses the new credential. The exposed one was revoked, and its death could"
          + " not be tried out to the end.",
      "Mend the cause, and resume the run: it goes on proving."),
  /** The exposed credential was revoked, and is honoured still. */
  ALIVE(
      305,
      "Revoked, and honoured still",
      "Every known dependent uses the new credential. The exposed one was revoked, and the issuer or"
          + " an endpoint still honours it.",
      "Give it time and resume the run: it tries again. Until then treat the exposed credential as"
          + " working."),
  /** The exposed credential is dead as far as can be seen from here, which was not accepted. */
  WEAKLY_PROVED(
      306,
      "Revoked, and proved in part",
      "Every known dependent uses the new credential. The issuer says that the exposed one is dead, and"
          + " that could not be tried everywhere; the approval does not accept this.",
      "Run from where every endpoint can be reached, and resume the run."),
  /** The exposed credential is dead, and something that comes after that failed. */
  UNFINISHED(
      307,
      "Dead, and not finished",
      "The exposed credential is dead. The new one works; a dependent that is named may not, or an old"
          + " version in the store is still enabled.",
      "Mend what is named, and resume the run: it does the rest."),
  /** Nobody has said in time that somebody was moved. */
  OVERDUE(
      308,
      "Nobody has said in time that it was moved",
      "Every known dependent uses the new credential, which works. Nothing was revoked: the exposed"
          + " credential works, and who is named may need it.",
      "Have who is named moved, say so with Rotator.attest, and resume the run."),
  /** The kill switch was used. */
  CONTAINED(
      401,
      "Contained",
      "The exposed credential opens nothing, and neither do others of its issuer: who uses them does"
          + " not work.",
      "Have the exposed credential made anew by hand or nobody need it, and undo the kill switch."),
  /** The kill switch was turned off again. */
  REOPENED(
      402,
      "Reopened",
      "Who uses a credential of that issuer works again. The exposed one opens again unless its issuer"
          + " holds another by now.",
      "Plan the rotation anew: the exposure is open until one is completed."),
  /** A kill switch was being turned on. */
  CONTAINING(
      403,
      "Containing, and not shown",
      "The kill switch may be on or not, or is on and the exposed credential still honoured. Who uses"
          + " a credential of that issuer may be cut off.",
      "Resume the run: it looks before it calls."),
  /** A kill switch was being turned off. */
  REOPENING(
      404,
      "Reopening, and not known whether done",
      "The kill switch may be on or off again. Who uses a credential of that issuer may be cut off.",
      "Resume the run: it looks before it calls.");

  private final int number;
  private final String title;
  private final String truth;
  private final String action;

  ResultCode(int number, String title, String truth, String action) {
    this.number = number;
    this.title = title;
    this.truth = truth;
    this.action = action;
  }

  /** Returns the code as it stands in messages: {@code REKEY-R} and three digits. */
  public String id() {
    return "REKEY-R" + number;
  }

  /** Returns what happened, in a few words. */
  public String title() {
    return title;
  }

  /** Returns what is true then, and which credential works. */
  public String truth() {
    return truth;
  }

  /** Returns what to do. */
  public String action() {
    return action;
  }
}
