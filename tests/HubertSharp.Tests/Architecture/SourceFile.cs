using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HubertSharp.Tests.Architecture;

/// <summary>One C# file of the repository, parsed.</summary>
internal sealed class SourceFile
{
    private readonly Lazy<CompilationUnitSyntax> _root;

    /// <param name="path">Relative to the repository, with '/'.</param>
    /// <param name="text">What it holds.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        _root = new(() => CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot());
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>The folder it lies in: <c>src/HubertSharp/Models/Frames</c>.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    public CompilationUnitSyntax Root => _root.Value;

    /// <summary>Its namespace, empty for top-level statements.</summary>
    public string Namespace => Root.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString() ?? "";

    /// <summary>The types that others can name without naming another type first.</summary>
    public IEnumerable<string> Types => Root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .Select(n => n switch
        {
            BaseTypeDeclarationSyntax t => t.Identifier.Text,
            DelegateDeclarationSyntax d => d.Identifier.Text,
            _ => "",
        })
        .Where(name => name.Length > 0);

    /// <summary>Whether it holds a test, not what tests share.</summary>
    public bool HasTests => Root.DescendantNodes().OfType<AttributeSyntax>().Any(a => a.Name.ToString() is "Fact" or "Theory");

    /// <summary>Line (from 1) on which a node begins, without its comments and attributes.</summary>
    public static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
