namespace HubertSharp.Tests.Architecture;

/// <summary>The readers behind the rules see what they must see: a rule that nothing can break proves nothing.</summary>
public class ArchitectureReadersTests
{
    [Theory]
    [InlineData("using HubertSharp.Models;", "Layer? field;", "Layer")] // by a using
    [InlineData("", "Models.Layer? field;", "Layer")] // by a longer name
    [InlineData("", "HubertSharp.Models.Layer? field;", "Layer")]
    [InlineData("using static HubertSharp.Models.Layer;", "", "Layer")]
    [InlineData("using L = HubertSharp.Models.Layer;", "", "Layer")]
    [InlineData("using HubertSharp.Models;", "[Named] int field;", "Named")] // without its last part
    [InlineData("using HubertSharp.Models;", "object o = new List<Layer>();", "Layer")]
    [InlineData("using HubertSharp.Models;", "int Layer => 1; Layer Other() => null!;", "Layer")] // although a member has its name
    [InlineData("using HubertSharp.Models;", "int x = 1;", "using")] // extension methods have no name to be found by
    [InlineData("", "HubertSharp.Root? field;", "")]
    [InlineData("using HubertSharp.Models;", "int Layer => 1; int x = Layer;", "using")] // a member of its own
    [InlineData("using HubertSharp.Models;", "object o = new Other { Layer = 1 };", "using")] // a member of another
    [InlineData("", "/* Models.Layer */ int x = 1;", "")]
    public void A_use_is_seen(string directive, string member, string expected)
    {
        SourceFile[] files =
        [
            new("src/HubertSharp/Models/Layer.cs",
                "namespace HubertSharp.Models; class Layer { } class NamedAttribute : System.Attribute { }"),
            new("src/HubertSharp/Training/Loop.cs", $"{directive} namespace HubertSharp.Training; class Loop {{ {member} }}"),
            new("src/HubertSharp/Training/Root.cs", "namespace HubertSharp; class Root { }"),
        ];
        var uses = new TypeUses(files).BetweenFolders().ToArray();
        if (expected.Length == 0)
            Assert.Empty(uses);
        else
            Assert.StartsWith(expected, Assert.Single(uses).Name, StringComparison.Ordinal);
        var forbidden = FloorPlan.ForbiddenFolders(new FolderGraph(uses));
        Assert.Equal(expected.Length > 0 ? 1 : 0, forbidden.Count());
    }

    [Fact]
    public void A_type_of_a_folder_above_needs_no_using()
    {
        SourceFile[] files =
        [
            new("src/HubertSharp/Models/Model.cs", "namespace HubertSharp.Models; class Model { Frames.Mask? m; }"),
            new("src/HubertSharp/Models/Frames/Mask.cs", "namespace HubertSharp.Models.Frames; class Mask { Model? m; }"),
        ];
        var graph = new FolderGraph(new TypeUses(files).BetweenFolders());
        Assert.Equal(2, graph.Edges.Count());
        Assert.Empty(graph.CirclesSideBySide()); // a folder and one in it may know each other
    }

    [Fact]
    public void A_circle_is_found_over_three_folders_and_what_lies_in_them()
    {
        SourceFile[] files =
        [
            new("src/P/A/Deep/A.cs", "namespace P.A.Deep; class A1 { B.B1? b; }"),
            new("src/P/B/B.cs", "namespace P.B; class B1 { C.C1? c; }"),
            new("src/P/C/C.cs", "namespace P.C; class C1 { A.A2? a; }"),
            new("src/P/A/A.cs", "namespace P.A; class A2 { }"),
            new("src/P/D/D.cs", "namespace P.D; class D1 { C.C1? c; }"),
        ];
        var circle = Assert.Single(new FolderGraph(new TypeUses(files).BetweenFolders()).CirclesSideBySide());
        Assert.StartsWith("src/P/A, src/P/B, src/P/C", circle, StringComparison.Ordinal);
        Assert.Contains("src/P/A/Deep -> src/P/B: A.cs names B1", circle, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_and_methods_are_measured()
    {
        var body = string.Concat(Enumerable.Repeat("\n        _ = \"}\";", SizeLimits.MethodLines - 3));
        SourceFile Of(string more) =>
            new("src/P/A.cs", $"class A\n{{\n    /// <summary>Not counted.</summary>\n    void M()\n    {{{body}{more}\n    }}\n}}");
        Assert.Empty(SizeLimits.LongMethods([Of("")]));
        Assert.Equal("src/P/A.cs:4: M has 101 lines", Assert.Single(SizeLimits.LongMethods([Of("\n")])));

        Assert.Empty(SizeLimits.LongLines([new("src/P/A.cs", $"{new string('字', SizeLimits.Columns)}\n")]));
        Assert.Equal("src/P/A.cs:2: 141 columns",
            Assert.Single(SizeLimits.LongLines([new("src/P/A.cs", $"\n{new string('x', SizeLimits.Columns + 1)}\r\n")])));
        Assert.Equal("src/P: 26 files",
            Assert.Single(SizeLimits.LargeFolders(Enumerable.Range(0, 26).Select(i => $"src/P/{i}.cs").Append("src/Q/1.cs"))));
    }
}
