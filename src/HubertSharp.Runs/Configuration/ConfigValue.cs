using System.Globalization;
using System.Text;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>YAML values to the schema's types and back.</summary>
internal static class ConfigValue
{
    /// <summary>The value of <paramref name="node"/> for <paramref name="key"/>.</summary>
    /// <exception cref="FormatException">Wrong type, choice or range; the message reads "expected ..., found ...".</exception>
    public static object? Parse(ConfigKey key, YamlNode node)
    {
        if (node is YamlScalar { IsNull: true })
            return key.Nullable ? null : throw Expected(Describe(key), node);
        if (key.Type == typeof(string))
            return Choose(key, Text(key, node), node);
        if (key.Type == typeof(bool))
            return bool.Parse(Choose(key, Boolean(key, node) ? "true" : "false", node));
        if (key.Type == typeof(int))
            return Int(key, node);
        if (key.Type == typeof(double))
            return Double(key, node);
        if (key.Type == typeof((double, double)))
            return Items(key, node) is { Count: 2 } two ? (Double(key, two[0]), Double(key, two[1])) : throw Expected(Describe(key), node);
        if (key.Type == typeof(IReadOnlyList<string>))
            return Items(key, node).Select(i => Text(key, i)).ToArray();
        if (key.Type == typeof(IReadOnlyList<int>))
            return Items(key, node).Select(i => Int(key, i)).ToArray();
        if (key.Type == typeof(IReadOnlyList<double>))
            return Items(key, node).Select(i => Double(key, i)).ToArray();
        if (key.Type == typeof(IReadOnlyList<ConvLayerSpec>))
            return ConvLayers(key, node);
        throw new InvalidOperationException($"{key.Name} has the type {key.Type}, which no value is read for");
    }

    /// <summary>The text that <see cref="Parse"/> reads back as <paramref name="value"/>.</summary>
    public static string Format(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        int i => i.ToString(CultureInfo.InvariantCulture),
        double d => Number(d),
        (double first, double second) => $"({Number(first)},{Number(second)})",
        string s => Quote(s),
        IReadOnlyList<ConvLayerSpec> layers => $"'{ConvLayerSpec.Format(layers)}'",
        IEnumerable<string> items => $"[{string.Join(", ", items.Select(Quote))}]",
        IEnumerable<int> items => $"[{string.Join(", ", items)}]",
        IEnumerable<double> items => $"[{string.Join(", ", items.Select(Number))}]",
        _ => throw new InvalidOperationException($"no text for a {value.GetType()}"),
    };

    /// <summary>What a key takes, in words.</summary>
    public static string Describe(ConfigKey key)
    {
        var kind = key.Choices is { } choices ? string.Join(" or ", choices.Select(c => c.Length == 0 ? "''" : c))
            : key.Type == typeof(bool) ? "true or false"
            : key.Type == typeof(int) ? $"a whole number{Range(key)}"
            : key.Type == typeof(double) ? $"a number{Range(key)}"
            : key.Type == typeof((double, double)) ? $"two numbers{Range(key)} such as (0.9,0.98)"
            : key.Type == typeof(IReadOnlyList<string>) ? "a list such as [km]"
            : key.Type == typeof(IReadOnlyList<int>) ? $"a list of whole numbers{Range(key)} such as [1]"
            : key.Type == typeof(IReadOnlyList<double>) ? $"a list of numbers{Range(key)} such as [0.0005]"
            : key.Type == typeof(IReadOnlyList<ConvLayerSpec>) ? "quoted layers such as '[(512,10,5)] + [(512,3,2)] * 4'"
            : "text";
        return key.Nullable ? $"{kind}, or null" : kind;
    }

    private static string Range(ConfigKey key) => key.Between switch
    {
        null => "",
        { Highest: >= 1e9 or int.MaxValue } b => $" of {Number(b.Lowest)} or more",
        var b => $" from {Number(b.Lowest)} to {Number(b.Highest)}",
    };

    private static string Choose(ConfigKey key, string value, YamlNode node) =>
        key.Choices is null || key.Choices.Contains(value) ? value : throw Expected(Describe(key), node);

    private static string Text(ConfigKey key, YamlNode node) =>
        node is YamlScalar { IsNull: false } s ? s.Text : throw Expected(Describe(key), node);

    private static bool Boolean(ConfigKey key, YamlNode node) => (node as YamlScalar)?.Text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" or "1" => true,
        "false" or "no" or "off" or "n" or "0" => false,
        _ => throw Expected(Describe(key), node),
    };

    private static int Int(ConfigKey key, YamlNode node) =>
        node is YamlScalar s
        && int.TryParse(s.Text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, null, out var number)
        && Allowed(key, number)
            ? number
            : throw Expected(Describe(key), node);

    private static double Double(ConfigKey key, YamlNode node) =>
        node is YamlScalar s
        && double.TryParse(s.Text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, null, out var number)
            && double.IsFinite(number) && Allowed(key, number)
            ? number
            : throw Expected(Describe(key), node);

    private static bool Allowed(ConfigKey key, double number) =>
        key.Between is not { } b || (number >= b.Lowest && number <= b.Highest);

    // A YAML list, or Python's tuple or list as text: "(0.9,0.98)", "(0.9, 0.98,)".
    private static IReadOnlyList<YamlNode> Items(ConfigKey key, YamlNode node)
    {
        if (node is YamlList list)
            return list.Items;
        if (key.OneIsEnough && node is YamlScalar { Text: [not ('[' or '('), ..] })
            return [node];
        if (node is not YamlScalar { Text: var raw } || raw.Trim() is not ['(' or '[', .., ')' or ']'] text)
            throw Expected(Describe(key), node);
        if (text[0] == '(' != (text[^1] == ')'))
            throw Expected(Describe(key), node);
        var parts = text[1..^1].Split(',').Select(p => p.Trim()).ToList();
        if (parts[^1].Length == 0)
            parts.RemoveAt(parts.Count - 1); // Python allows one comma at the end
        return [.. parts.Select(p => new YamlScalar(Unquote(p), p.Length != Unquote(p).Length, node.Line))];
    }

    internal static string Unquote(string text) =>
        text is ['\'', .., '\''] or ['"', .., '"'] ? text[1..^1] : text;

    private static IReadOnlyList<ConvLayerSpec> ConvLayers(ConfigKey key, YamlNode node)
    {
        var text = Text(key, node);
        try
        {
            return ConvLayerSpec.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"expected {e.Message} in {node.Describe()}", e);
        }
    }

    private static string Number(double number) =>
        number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    private static string Quote(string text)
    {
        var plain = text.Length > 0 && text != "???" && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1])
            && text.EnumerateRunes()
                .All(c => (c.IsAscii && char.IsAsciiLetterOrDigit((char)c.Value))
                    || c.Value is '_' or '.' or '/' or '-'
                    || (c.Value > 0xa0 && PrintableText.IsPrintable(c)))
            && text is not ("null" or "Null" or "NULL" or "~") && text[0] != '-';
        return plain ? text : $"\"{string.Concat(text.EnumerateRunes().Select(Escape))}\"";
    }

    private static string Escape(Rune c) => c.Value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        _ when !PrintableText.IsPrintable(c) => c.IsBmp ? $"\\u{c.Value:x4}" : $"\\U{c.Value:x8}",
        _ => c.ToString(),
    };

    private static FormatException Expected(string expected, YamlNode found) => new($"expected {expected}, found {found.Describe()}");
}
