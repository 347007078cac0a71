using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;

namespace HubertSharp.Tests.Docs;

/// <summary>
/// <c>docs/configuration.md</c> from the records: what a key takes and where its default is from is read off the schema, what it means
/// off the doc comments, what fairseq means where that differs off their remarks.
/// </summary>
internal sealed partial class ConfigurationPage
{
    private const string Head = "| key | takes | default | unit | meaning | in fairseq |\n|---|---|---|---|---|---|\n";
    private readonly ConfigSchema _schema = ConfigSchema.Of<HubertConfig>();
    private readonly ConfigSchema _finetuning = ConfigSchema.Of<FinetuningConfig>();
    private readonly ConfigSchema _tokenizers = ConfigSchema.Of<TokenizerTrainingConfig>();
    private readonly Dictionary<string, XElement> _comments;

    public ConfigurationPage()
    {
        var assembly = typeof(HubertConfig).Assembly;
        _comments = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => m);
    }

    /// <summary>Keys without a sentence on what they mean.</summary>
    public IEnumerable<string> Unexplained => Keys.Where(k => k.Property is not null && Comment(k, "summary").Length == 0)
        .Select(k => k.Name);

    private IEnumerable<ConfigKey> Keys => _schema.ByName.Values.Concat(_finetuning.ByName.Values)
        .Concat(_tokenizers.ByName.Values);

    /// <summary>The page's head, which is written by hand, and the tables.</summary>
    public string Text(string head)
    {
        var text = new StringBuilder(head.TrimEnd()).Append("\n\n");
        foreach (var group in _schema.Groups)
        {
            text.Append($"## {group.Name}\n\n");
            if (group.Choices.Count == 1)
                text.Append($"{Head}{string.Concat(group.Default.Keys.Select(Row))}\n");
            else
                AddChoices(text, group);
        }
        foreach (var (schema, verb) in new[] { (_finetuning, "finetune"), (_tokenizers, "tokenizer train") })
        {
            foreach (var group in schema.Groups.Where(own => _schema.Groups.All(g => g.Choices.All(c => c.Type != own.Default.Type))))
                text.Append($"## {group.Name} of 'hubert {verb}'\n\n{Head}{string.Concat(group.Default.Keys.Select(Row))}\n");
        }
        text.Append("## Without effect\n\nfairseq knows these keys; here they are accepted and reported once. Whole groups: ")
            .Append($"{string.Join(", ", IgnoredKeys.Groups.Where(g => g != "_name").Order(StringComparer.Ordinal).Select(Code))}.\n");
        foreach (var group in _schema.Ignored.Union(_finetuning.Ignored).GroupBy(k => k.Split('.')[0])
            .OrderBy(g => g.Key, StringComparer.Ordinal))
            text.Append($"\n`{group.Key}`: {string.Join(", ", group.Select(k => Code(k.Split('.')[1])).Order(StringComparer.Ordinal))}\n");
        return text.ToString();
    }

    private void AddChoices(StringBuilder text, ConfigGroup group)
    {
        var shared = group.Choices[0].Keys.Where(k => group.Choices.All(c => c.Keys.Any(other => IsSame(other, k)))).ToArray();
        var name = group.Default.Keys[0];
        text.Append($"{Head}| `{name.Name.Split('.')[1]}` | {ConfigValue.Describe(name)} | `{name.Default}` | | Says which of the ")
            .Append("records below the group is, and so which keys it has beside these. | |\n")
            .Append(string.Concat(shared.Skip(1).Select(Row))).Append('\n');
        foreach (var choice in group.Choices)
        {
            text.Append(
                $"### {group.Name}._name: {choice.Name}\n\n{Plain(_comments[$"T:{choice.Type.FullName}"].Element("summary")!)}\n\n");
            if (choice.Keys.Where(k => shared.All(s => s.Name != k.Name)).ToArray() is { Length: > 0 } own)
                text.Append($"{Head}{string.Concat(own.Select(Row))}\n");
        }
    }

    private static bool IsSame(ConfigKey a, ConfigKey b) =>
        a.Name == b.Name && a.Property?.DeclaringType == b.Property?.DeclaringType && Normally(a) == Normally(b);

    private static string Normally(ConfigKey key) => key.MustBeGiven ? "???"
        : key.DefaultsTo is { } other ? $"${{{other}}}"
        : ConfigValue.Format(key.Default).Trim('\'');

    private string Row(ConfigKey key)
    {
        var unit = key.Property?.GetCustomAttribute<UnitAttribute>()?.Name ?? "";
        return $"| `{key.Name.Split('.')[1]}` | {ConfigValue.Describe(key)} | {Code(Normally(key))} | {unit} | "
            + $"{Comment(key, "summary")} | {Comment(key, "remarks")} |\n";
    }

    private string Comment(ConfigKey key, string part) => key.Property is { } property
        && _comments.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var comment)
        && comment.Element(part) is { } text
        ? Plain(text)
        : "";

    private string Plain(XElement text) => Space().Replace(string.Concat(text.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "c" } code => Code(code.Value),
        XElement { Name.LocalName: "see" } see => Code(KeyOf(see.Attribute("cref")!.Value)),
        XElement other => other.Value,
        _ => node.ToString().Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal),
    })).Trim(), " ");

    private string KeyOf(string reference) =>
        Keys.FirstOrDefault(k => k.Property is { } p && $"P:{p.DeclaringType!.FullName}.{p.Name}" == reference)?.Name
        ?? throw new InvalidDataException($"{reference}: a comment of a key refers to what is no key");

    private static string Code(string text) => text.Length == 0 ? "`''`" : $"`{text}`";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
