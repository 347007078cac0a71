namespace HubertSharp.Runs.Yaml;

/// <summary>One value of a YAML document with the line that it starts on.</summary>
/// <param name="Line">1-based line.</param>
internal abstract record YamlNode(int Line)
{
    /// <summary>The value in a few characters, for messages.</summary>
    public abstract string Describe();
}

/// <summary>A scalar as written, escapes resolved; its type is decided by whoever reads it.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Quoted">Written in quotes or as a block, so that <c>null</c> and <c>???</c> are plain text.</param>
/// <param name="Line">1-based line.</param>
internal sealed record YamlScalar(string Text, bool Quoted, int Line) : YamlNode(Line)
{
    /// <summary>YAML's null: nothing, <c>~</c> or <c>null</c>, unquoted.</summary>
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Describe() => IsNull ? "null" : $"'{PrintableText.Of(Text, 60)}'";
}

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line)
{
    public override string Describe() => $"a list of {Items.Count}";
}

/// <summary>A mapping in the order of the document; keys are scalars, each there once.</summary>
internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line) : YamlNode(Line)
{
    public YamlNode? Find(string key) => Entries.FirstOrDefault(e => e.Key == key)?.Value;

    public override string Describe() => Entries.Count == 0 ? "an empty mapping" : $"a mapping with '{Entries[0].Key}'";
}

/// <summary>One line of a mapping.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlNode Value);
