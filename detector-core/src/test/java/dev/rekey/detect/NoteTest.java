package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoteTest {
  @Test
  void notes_are_equal_where_all_that_they_say_is() {
    List<Note> notes = new ArrayList<>();
    for (Note.Kind kind : Note.Kind.values()) {
      for (String rule : List.of("", "acme.token")) {
        for (String reason : List.of("a mask", "a word")) {
          notes.add(new Note(kind, rule, reason, 1));
          notes.add(new Note(kind, rule, reason, 1L << 40));
        }
      }
    }
    for (int i = 0; i < notes.size(); i++) {
      Note note = notes.get(i);
      Note same = new Note(note.kind(), note.rule(), note.reason(), note.count());
      assertThat(note).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(note.toString());
      for (int k = 0; k < i; k++) {
        assertThat(note).isNotEqualTo(notes.get(k));
      }
    }
  }
}
