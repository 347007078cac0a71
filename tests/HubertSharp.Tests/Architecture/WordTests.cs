using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HubertSharp.Tests.Architecture;

/// <summary>What <c>docs/words.md</c> says and a reader of the syntax can hold the sources to.</summary>
public class WordTests
{
    [Fact]
    public void One_name_is_one_type() => Assert.Empty(
        from file in SourceTree.Here.Sources
        from type in file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where type.Parent is BaseNamespaceDeclarationSyntax && !type.Modifiers.Any(m => m.Text == "partial")
        let parameters = (type as TypeDeclarationSyntax)?.TypeParameterList?.Parameters.Count ?? 0
        group file.Path by $"{type.Identifier.Text}`{parameters}" into same
        where same.Count() > 1
        select $"{same.Key}: {string.Join(", ", same)}");

    [Fact]
    public void No_method_has_one_letter_for_a_name() => Assert.Empty(
        from file in SourceTree.Here.Sources
        from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.Identifier.Text.Length == 1
        select $"{file.Path}:{SourceFile.Line(method)}: {method.Identifier.Text}");

    /// <summary>
    /// 'stopping' is the end of a server, which cancels what it serves; the framework's own interfaces have their own name.
    /// </summary>
    [Fact]
    public void What_ends_work_early_is_called_cancellation() => Assert.Empty(
        from file in SourceTree.Here.Sources
        from parameter in file.Root.DescendantNodes().OfType<ParameterSyntax>()
        where parameter.Type?.ToString() is "CancellationToken" or "CancellationToken?"
            && parameter.Identifier.Text is not ("cancellation" or "stopping")
            && !(parameter.Identifier.Text == "cancellationToken"
                && file.Path.StartsWith("src/HubertSharp.Dashboard/", StringComparison.Ordinal))
        select $"{file.Path}:{SourceFile.Line(parameter)}: {parameter.Identifier.Text}");

    /// <summary>Words for which the table has another one.</summary>
    [Theory]
    [InlineData("Iteration", "update")] // of training; the road's two iterations and k-means' are others
    [InlineData("GlobalStep", "update")]
    [InlineData("MiniBatch", "micro-batch")]
    [InlineData("Codeword", "cluster")]
    [InlineData("Pseudolabel", "label")]
    [InlineData("Utt(?!erance)", "utterance")]
    [InlineData("Manager", "what it does")]
    [InlineData("Helper", "what it does")]
    [InlineData("Utils", "what it does")]
    public void No_type_of_training_and_models_has_a_word_that_the_table_replaces(string word, string instead) => Assert.Empty(
        from file in SourceTree.Here.Sources
        where file.Path.StartsWith("src/HubertSharp/Training/", StringComparison.Ordinal)
            || file.Path.StartsWith("src/HubertSharp/Pretraining/", StringComparison.Ordinal)
            || file.Path.StartsWith("src/HubertSharp/Models/", StringComparison.Ordinal)
            || file.Path.StartsWith("src/HubertSharp/Tensors/", StringComparison.Ordinal)
        from type in file.Types
        where Regex.IsMatch(type, word)
        select $"{file.Path}: {type}; the word is {instead}");
}
