package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/properties/x; {'properties':{'x':'1'}}; x=1",
        "/properties/value; {'properties':{'value':'1'}}; =1",
        "/properties/*; {'properties':{'b':'1','A':'2'}}; b=1 A=2",
        "/p/*/value; {'p':{'db':{'value':'1','type':'Custom'}}}; db=1",
        "/c/*/env/*/value; {'c':[{'name':'web','env':[{'name':'K','value':'1'},{'name':'R'}]}]}; web/K=1",
        "/r/*/uri; {'r':[{'uri':'1'},{'id':'x','uri':'2'},{'key':'y','uri':'3'}]}; 0/uri=1 x/uri=2 y/uri=3",
        "/d/**; {'d':{'a':{'b':['1',{'name':'n','c':'2'}]},'e':null,'f':3}}; a/b/0=1 a/b/n/name=n a/b/n/c=2 f=3",
        "/d/**; {'d':'1'}; =1",
        "/gone/*; {'d':'1'}; ''",
        "/d; {'d':null}; ''",
        "/d/*; {'d':'text'}; ''"
      })
  void values_are_named_by_what_tells_them_apart(String pointer, String json, String found)
      throws JsonProcessingException {
    List<String> all = new ArrayList<>();

    Pointer.of(pointer)
        .each(
            new ObjectMapper().readTree(json.replace('\'', '"')),
            (name, value) -> all.add(name + "=" + value.asText()));

    assertThat(String.join(" ", all)).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"properties", "/a//b", "/a/**/b", "/a/"})
  void what_is_no_pointer_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pointer.of(text))
        .withMessageContaining("/properties/");
  }
}
