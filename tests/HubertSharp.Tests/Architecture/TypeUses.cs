using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HubertSharp.Tests.Architecture;

/// <summary>One file names a type of another, or a namespace by a using.</summary>
/// <param name="From">The file that names it.</param>
/// <param name="To">The file that declares it; for a using of which no type is named (extension methods) any file of the namespace.</param>
/// <param name="Name">The type, or <c>using NAMESPACE</c>.</param>
internal readonly record struct TypeUse(SourceFile From, SourceFile To, string Name);

/// <summary>
/// Who names whom, read from namespaces, usings and names alone: a name is looked up as the compiler does it, in the file's own
/// namespace, then in those around it, then in its usings. Types of one folder therefore count although no using tells of them.
/// </summary>
internal sealed class TypeUses
{
    private readonly Dictionary<(string Namespace, string Type), SourceFile> _declared = [];
    private readonly ILookup<string, SourceFile> _byNamespace;
    private readonly IReadOnlyList<SourceFile> _files;

    public TypeUses(IEnumerable<SourceFile> files)
    {
        _files = [.. files];
        _byNamespace = _files.ToLookup(f => f.Namespace);
        foreach (var file in _files)
        {
            foreach (var type in file.Types)
                _declared.TryAdd((file.Namespace, type), file); // of a type in parts the first part stands for all
        }
    }

    /// <summary>The uses that cross from one folder into another.</summary>
    public IEnumerable<TypeUse> BetweenFolders() => _files.SelectMany(Of).Where(use => use.To.Folder != use.From.Folder);

    private IEnumerable<TypeUse> Of(SourceFile file)
    {
        var around = Around(file.Namespace).ToArray();
        var directives = file.Root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<UsingDirectiveSyntax>().ToArray();
        var usings = directives.Where(u => u.Alias is null && u.StaticKeyword == default)
            .Select(u => u.NamespaceOrType.ToString()).ToArray();
        var members = OwnMembers(file.Root);
        var uses = new HashSet<TypeUse>();
        foreach (var name in file.Root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var text = name.Identifier.Text;
            if (Qualifier(name) is { } qualifier)
            {
                if (Around(file.Namespace).Append("").Select(ns => Join(ns, qualifier)).Select(ns => Find(ns, text))
                    .FirstOrDefault(f => f is not null) is { } qualified)
                    uses.Add(new(file, qualified, text));
            }
            else if (MayBeType(name) && !(members.Contains(text) && !IsInTypePlace(name)))
            {
                var found = around.Concat(usings)
                    .Select(ns => Find(ns, text) ?? (name.Parent is AttributeSyntax ? Find(ns, $"{text}Attribute") : null))
                    .FirstOrDefault(f => f is not null);
                if (found is not null)
                    uses.Add(new(file, found, text));
            }
        }
        var seen = uses.Select(u => u.To.Namespace).ToHashSet();
        foreach (var unseen in usings.Where(u => _byNamespace.Contains(u) && !seen.Contains(u)))
            uses.Add(new(file, _byNamespace[unseen].First(), $"using {unseen}"));
        return uses;
    }

    private SourceFile? Find(string ns, string type) => _declared.GetValueOrDefault((ns, type));

    private static IEnumerable<string> Around(string ns)
    {
        for (; ns.Length > 0; ns = ns.Contains('.') ? ns[..ns.LastIndexOf('.')] : "")
            yield return ns;
    }

    private static string Join(string ns, string qualifier) => ns.Length == 0 ? qualifier : $"{ns}.{qualifier}";

    // 'Runs' of 'Runs.UserException'; null for a name that stands alone or begins a longer one
    private static string? Qualifier(SimpleNameSyntax name) => name.Parent switch
    {
        QualifiedNameSyntax q when q.Right == name => q.Left.ToString(),
        MemberAccessExpressionSyntax m when m.Name == name => m.Expression.ToString(),
        _ => null,
    };

    // not the name of an argument, of a property that is set or matched, or of a member after '?.'
    private static bool MayBeType(SimpleNameSyntax name) =>
        name.Parent is not (NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax)
            && !(name.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment && assignment.Left == name);

    // where only a type can stand, whatever members the file has
    private static bool IsInTypePlace(SimpleNameSyntax name) =>
        name.Parent is TypeSyntax or TypeArgumentListSyntax or BaseTypeSyntax or ParameterSyntax
            or VariableDeclarationSyntax or ObjectCreationExpressionSyntax or TypeOfExpressionSyntax or CastExpressionSyntax
            or DeclarationPatternSyntax or AttributeSyntax
            or TypeConstraintSyntax or CatchDeclarationSyntax or BasePropertyDeclarationSyntax or BaseMethodDeclarationSyntax
            or DelegateDeclarationSyntax or LocalFunctionStatementSyntax or TupleElementSyntax
            or DefaultExpressionSyntax or ExplicitInterfaceSpecifierSyntax or RecursivePatternSyntax or TypePatternSyntax
            or ForEachStatementSyntax;

    private static HashSet<string> OwnMembers(SyntaxNode root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in root.DescendantNodes())
        {
            if (node is PropertyDeclarationSyntax property)
                names.Add(property.Identifier.Text);
            else if (node is MethodDeclarationSyntax method)
                names.Add(method.Identifier.Text);
            else if (node is LocalFunctionStatementSyntax local)
                names.Add(local.Identifier.Text);
            else if (node is EnumMemberDeclarationSyntax value)
                names.Add(value.Identifier.Text);
            else if (node is VariableDeclaratorSyntax variable)
                names.Add(variable.Identifier.Text);
            else if (node is ParameterSyntax parameter)
                names.Add(parameter.Identifier.Text);
        }
        return names;
    }
}
