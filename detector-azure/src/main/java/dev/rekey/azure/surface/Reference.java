package dev.rekey.azure.surface;

import java.util.regex.Pattern;

/** Tells values that only say where a secret is, or that hide it: they are no leak. */
final class Reference {
  private static final int LONGEST = 2000;

  /**
   * References of App Service to vaults and stores, parameters and variables of templates, named values
   * of API Management, variables and parameters of pipelines, and values that Azure has masked.
   */
  private static final Pattern FORM =
      Pattern.compile("@Microsoft\\.(?:KeyVault|AppConfiguration)\\(.*\\)"
          + "|\\[(?:parameters|variables)\\('[^']*'\\)\\]"
          + "|\\{\\{[^{}]+\\}\\}"
          + "|\\$\\([A-Za-z0-9_.-]+\\)"
          + "|@\\{?(?:parameters|variables)\\('[^']*'\\)\\}?"
          + "|@pipeline\\(\\)\\.parameters\\.[A-Za-z0-9_]+"
          + "|\\*{3,}");

  private Reference() {}

  static boolean isOne(String value) {
    String text = value.strip();
    return !text.isEmpty() && text.length() <= LONGEST && FORM.matcher(text).matches();
  }
}
