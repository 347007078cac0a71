using System.Text;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Tests.Yaml;

public class YamlReaderTests
{
    [Fact]
    public void Alias_bombs_are_refused_before_they_are_unpacked()
    {
        var text = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
        for (var c = 'b'; c <= 'z'; c++)
            text.Append(c).Append(": &").Append(c).Append(" [").AppendJoin(',', Enumerable.Repeat($"*{(char)(c - 1)}", 10)).Append("]\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<UserException>(() => YamlReader.ReadText(text.ToString(), "bomb.yaml"));
        Assert.Equal("bomb.yaml:5: too many values (expected at most 20000, aliases expanded, found more); check that it is the right file",
            error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    public void Deep_nesting_is_refused(char open)
    {
        var text = open == '-' ? string.Concat(Enumerable.Repeat("- ", 100_000)) : new string(open, 100_000);
        var error = Assert.Throws<UserException>(() => YamlReader.ReadText(text, "deep.yaml"));
        Assert.StartsWith("deep.yaml:1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_files_are_refused_unread()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("huge.yaml");
        using (var stream = File.Create(path))
            stream.SetLength(1L << 33);
        var error = Assert.Throws<UserException>(() => YamlReader.ReadFile(path));
        Assert.Contains("too large for a YAML file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_share_their_anchor()
    {
        var map = (YamlMap)YamlReader.ReadText("a: &x [1, 2]\nb: *x\n", "t");
        Assert.Equal(["1", "2"], ((YamlList)map.Find("b")!).Items.Select(i => ((YamlScalar)i).Text));
    }

    [Fact]
    public void Any_text_gives_nodes_or_a_one_line_error()
    {
        var pieces = Gen.OneOf("task:", "model:", "\n", "  ", "- ", "[", "]", "{", "}", ":", ",", "&a", "*a", "!!x", "'", "\"", "|\n", "#",
            "???", "${", "}", "%",
            "---", "\t", "\0", "\u0085", "é", "\\x", "1e-06", "defaults", "label_rate", "data", "? ", ">", "<<", "@", "`");
        Gen.OneOf<string>(pieces.Array[0, 30].Select(p => string.Concat(p)), Gen.String[0, 60]).Sample(text =>
        {
            try
            {
                YamlReader.ReadText(text, "t");
            }
            catch (UserException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Any_bytes_as_a_configuration_give_a_value_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        var seed = Encoding.UTF8.GetBytes(BundledConfigs.Find("hubert_small_cpu")!);
        var damage = from at in Gen.Int[0, seed.Length - 1] from b in Gen.Byte from cut in Gen.Int[0, 40] select (at, b, cut);
        damage.Array[1, 4].Sample(changes =>
        {
            var bytes = seed.ToList();
            foreach (var (at, b, cut) in changes)
            {
                bytes[Math.Min(at, bytes.Count - 1)] = b;
                bytes.RemoveRange(Math.Min(at, bytes.Count - 1), Math.Min(cut / 4, bytes.Count - 1 - Math.Min(at, bytes.Count - 1)));
            }
            var path = folder.At($"{Guid.NewGuid():N}.yaml");
            File.WriteAllBytes(path, [.. bytes]);
            try
            {
                ConfigLoader.Load(path, ["model.label_rate=100"], allowMissing: true).ToYaml();
            }
            catch (UserException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
            File.Delete(path);
        }, iter: 500);
    }
}
