using System.Text;
using HubertSharp.Runs.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HubertSharp.Runs.Yaml;

/// <summary>
/// Reads one YAML document into plain nodes, and no more: no types are built, tags other than YAML's own are refused, aliases
/// share their anchor's node and count with its size, and size, depth and number of nodes are bounded.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 4 MiB.</remarks>
internal static class YamlReader
{
    internal const int MaximumBytes = 1 << 20;
    private const int MaximumDepth = 32;
    private const int MaximumNodes = 20_000;

    private static readonly HashSet<string> PlainTags =
    [
        .. "str int float bool null seq map".Split(' ').Select(t => $"tag:yaml.org,2002:{t}"),
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserException">Missing, above 1 MiB, not YAML, several documents, a key twice, nested or expanded beyond
    /// bounds.</exception>
    public static YamlNode ReadFile(string path) => ReadText(TextOf(path), path);

    /// <summary>The text of a file, for who reads its comments, too.</summary>
    /// <exception cref="UserException">Missing, or above 1 MiB.</exception>
    internal static string TextOf(string path)
    {
        if (!File.Exists(path))
            throw YamlFaults.Missing(path);
        try
        {
            using var stream = RegularFile.OpenRead(path, bufferSize: 0);
            var bytes = new byte[MaximumBytes + 1];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count <= MaximumBytes ? Encoding.UTF8.GetString(bytes, 0, count) : throw YamlFaults.TooLarge(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw YamlFaults.Unreadable(path, e);
        }
    }

    /// <summary>Reads a text; <paramref name="name"/> stands for the file in messages.</summary>
    /// <exception cref="UserException">As <see cref="ReadFile"/>.</exception>
    public static YamlNode ReadText(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaximumBytes)
            throw YamlFaults.TooLarge(name);
        return new Builder(new Parser(new StringReader(text)), name).Document();
    }

    private sealed class Builder(Parser parser, string name)
    {
        private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = [];
        private int _nodes;

        public YamlNode Document()
        {
            Next(); // stream start
            if (Next() is StreamEnd)
                return new YamlMap([], 1);
            var root = Node(Next(), 0).Node;
            Next(); // document end
            var after = Next();
            return after is StreamEnd ? root : throw YamlFaults.SeveralDocuments(name, Line(after));
        }

        private (YamlNode Node, int Size) Node(ParsingEvent start, int depth)
        {
            if (depth > MaximumDepth)
                throw YamlFaults.TooDeep(name, Line(start), MaximumDepth);
            if (start is AnchorAlias alias)
            {
                if (!_anchors.TryGetValue(alias.Value.Value, out var target))
                    throw YamlFaults.UnknownAlias(name, Line(start), alias.Value.Value);
                Count(target.Size, start);
                return target;
            }
            if (start is not NodeEvent { } node)
                throw YamlFaults.Malformed(name, Line(start), "a value was expected");
            if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !PlainTags.Contains(node.Tag.Value))
                throw YamlFaults.Tag(name, Line(start), node.Tag.Value);
            Count(1, start);
            var before = _nodes;
            YamlNode built = start switch
            {
                Scalar scalar => new YamlScalar(scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any), Line(start)),
                SequenceStart => List(start, depth),
                MappingStart => Map(start, depth),
                _ => throw YamlFaults.Malformed(name, Line(start), "a value was expected"),
            };
            var result = (built, _nodes - before + 1);
            if (!node.Anchor.IsEmpty)
                _anchors[node.Anchor.Value] = result; // after its content, so that nothing can contain itself
            return result;
        }

        private YamlList List(ParsingEvent start, int depth)
        {
            var items = new List<YamlNode>();
            for (var next = Next(); next is not SequenceEnd; next = Next())
                items.Add(Node(next, depth + 1).Node);
            return new YamlList(items, Line(start));
        }

        private YamlMap Map(ParsingEvent start, int depth)
        {
            var entries = new List<YamlEntry>();
            var lines = new Dictionary<string, int>();
            for (var next = Next(); next is not MappingEnd; next = Next())
            {
                if (next is not Scalar key)
                    throw YamlFaults.Key(name, Line(next));
                if (!lines.TryAdd(key.Value, Line(key)))
                    throw YamlFaults.Twice(name, Line(key), key.Value, lines[key.Value]);
                entries.Add(new YamlEntry(key.Value, Line(key), Node(Next(), depth + 1).Node));
            }
            return new YamlMap(entries, Line(start));
        }

        private void Count(int nodes, ParsingEvent at)
        {
            _nodes += nodes;
            if (_nodes > MaximumNodes)
                throw YamlFaults.TooManyNodes(name, Line(at), MaximumNodes);
        }

        private ParsingEvent Next()
        {
            try
            {
                return parser.MoveNext() ? parser.Current! : throw YamlFaults.Malformed(name, 1, "the document ends too early");
            }
            catch (YamlException e)
            {
                throw YamlFaults.Malformed(name, (int)Math.Min(e.Start.Line, int.MaxValue), e.InnerException?.Message ?? e.Message, e);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException)
            {
                // what YamlDotNet 18 throws on some broken texts (fuzzed): after "[a:" inside a mapping, for a tag that is no URI
                throw YamlFaults.Malformed(name, (int)Math.Min(parser.Current?.End.Line ?? 1, int.MaxValue), e.Message, e);
            }
        }

        private static int Line(ParsingEvent at) => (int)Math.Min(at.Start.Line, int.MaxValue);
    }
}
