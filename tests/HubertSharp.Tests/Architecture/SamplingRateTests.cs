using HubertSharp.Runs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HubertSharp.Tests.Architecture;

public class SamplingRateTests
{
    [Fact]
    public void The_number_stands_in_one_place() => Assert.Equal(
        ["src/HubertSharp.Runs/SamplingRate.cs"],
        SourceTree.Here.Sources.Where(file => file.Root.DescendantTokens().Any(token =>
            token.IsKind(SyntaxKind.NumericLiteralToken) && Convert.ToDouble(token.Value, null) == SamplingRate.Hz)).Select(f => f.Path));
}
