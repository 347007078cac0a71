using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace HubertSharp.Tests.Snapshots;

/// <summary>Every public type and member of an assembly, one a line; what the compiler adds to records is left out.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.Namespace).Append('.').Append(Name(type)).Append('\n');
            foreach (var member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.Length == 0 ? "(nothing)" : text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type);
        if (typeof(Delegate).IsAssignableFrom(type))
            return [Signature(type.GetMethod("Invoke")!)];
        return type.GetMembers(Declared)
            .Where(m => !m.IsDefined(typeof(CompilerGeneratedAttribute)) && !m.Name.Contains('<', StringComparison.Ordinal))
            .Select(m => m switch
            {
                ConstructorInfo c when IsOpen(c) && !IsCopy(c) => $"{Plain(type)}({Parameters(c)})",
                MethodInfo { IsSpecialName: false } f when IsOpen(f) => Signature(f),
                PropertyInfo p when p.GetMethod is { } get && IsOpen(get) => Property(p),
                FieldInfo f when f.IsPublic || f.IsFamily => $"{Modifiers(f)}{Name(f.FieldType)} {f.Name}",
                EventInfo e when IsOpen(e.AddMethod!) => $"event {Name(e.EventHandlerType!)} {e.Name}",
                _ => "",
            })
            .Where(line => line.Length > 0);
    }

    private static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;

    private static string Kind(Type type) => type.IsInterface ? "interface" : type.IsEnum ? "enum"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : $"{(type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : "")}"
            + $"{(type.GetMethod("<Clone>$") is not null ? "record" : type.IsValueType ? "struct" : "class")}";

    private static string Modifiers(FieldInfo field) => field.IsLiteral ? "const " : field.IsStatic ? "static " : "";

    private static string Property(PropertyInfo property)
    {
        var set = property.SetMethod is { } s && IsOpen(s)
            ? s.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;" : "";
        var index = property.GetIndexParameters() is { Length: > 0 }
            ? $"[{string.Join(", ", property.GetIndexParameters().Select(Text))}]"
            : "";
        return $"{(property.GetMethod!.IsStatic ? "static " : "")}{Name(property.PropertyType)}"
            + $"{Mark(property.PropertyType, s_nullability.Create(property))} {property.Name}{index} {{ get;{set} }}";
    }

    private static string Signature(MethodInfo method)
    {
        var type = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{(method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "")}{Name(method.ReturnType)}"
            + $"{Mark(method.ReturnType, s_nullability.Create(method.ReturnParameter))} {method.Name}{type}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Text));

    private static string Text(ParameterInfo p) => $"{Name(p.ParameterType)}{Mark(p.ParameterType, s_nullability.Create(p))} {p.Name}"
        + $"{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "default"}" : "")}";

    private static string Mark(Type type, NullabilityInfo info) =>
        !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    private static string Plain(Type type) => type.Name.Split('`')[0];

    private static string Name(Type type) => type switch
    {
        { IsByRef: true } => $"ref {Name(type.GetElementType()!)}",
        { IsArray: true } => $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]",
        { IsPointer: true } => $"{Name(type.GetElementType()!)}*",
        { IsGenericParameter: true } => type.Name,
        _ when Nullable.GetUnderlyingType(type) is { } value => $"{Name(value)}?",
        { IsGenericType: true } =>
            $"{Outer(type)}{Plain(type)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ => Outer(type) + s_words.GetValueOrDefault(type.Name, type.Name),
    };

    private static string Outer(Type type) => type is { IsNested: true, IsGenericParameter: false } ? $"{Plain(type.DeclaringType!)}." : "";

    private static readonly Dictionary<string, string> s_words = new(StringComparer.Ordinal)
    {
        ["String"] = "string",
        ["Int32"] = "int",
        ["Int64"] = "long",
        ["Double"] = "double",
        ["Single"] = "float",
        ["Boolean"] = "bool",
        ["Void"] = "void",
        ["Object"] = "object",
        ["Byte"] = "byte",
    };
}
