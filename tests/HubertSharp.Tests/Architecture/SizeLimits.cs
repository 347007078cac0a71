using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HubertSharp.Tests.Architecture;

/// <summary>How large a line, a method and a folder may be, so that each is taken in at one look.</summary>
internal static class SizeLimits
{
    /// <summary>What <c>max_line_length</c> in <c>.editorconfig</c> says.</summary>
    public const int Columns = 140;

    public const int MethodLines = 100;

    public const int FolderFiles = 25;

    public static IEnumerable<string> LongLines(IEnumerable<SourceFile> files) =>
        from file in files
        from line in file.Text.Split('\n')
            .Select((text, index) => (Columns: text.TrimEnd('\r').EnumerateRunes().Count(), Number: index + 1))
        where line.Columns > Columns
        select $"{file.Path}:{line.Number}: {line.Columns} columns";

    /// <summary>
    /// Methods, constructors, operators, accessors, local functions and functions without a name, each from its first line to its last.
    /// </summary>
    public static IEnumerable<string> LongMethods(IEnumerable<SourceFile> files) =>
        from file in files
        from node in file.Root.DescendantNodes()
        where node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
            or AnonymousFunctionExpressionSyntax
            or PropertyDeclarationSyntax { ExpressionBody: not null }
        let lines = Lines(node)
        where lines > MethodLines
        select $"{file.Path}:{SourceFile.Line(node)}: {Name(node)} has {lines} lines";

    public static IEnumerable<string> LargeFolders(IEnumerable<string> paths) =>
        from folder in paths.GroupBy(path => path[..path.LastIndexOf('/')])
        where folder.Count() > FolderFiles
        select $"{folder.Key}: {folder.Count()} files";

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
