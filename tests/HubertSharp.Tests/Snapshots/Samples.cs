using System.Collections;
using System.Reflection;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Snapshots;

/// <summary>Sample arguments for any method: a text is its parameter's name in braces, a number is its place.</summary>
internal static class Samples
{
    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>The first is the plain one; the others are what the parameter may be besides.</summary>
    public static object?[] Of(ParameterInfo parameter)
    {
        var plain = Of(parameter.ParameterType, parameter.Name!, parameter.Position + 2);
        if (parameter.ParameterType == typeof(bool))
            return [true, false];
        if (plain is IList { IsReadOnly: false } && parameter.ParameterType.IsGenericType)
            return [plain, One(plain)];
        if (parameter.ParameterType == typeof(int) || parameter.ParameterType == typeof(long))
            return [plain, Convert.ChangeType(1, parameter.ParameterType)]; // one of something has other words than several
        var mayBeNull = Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            || s_nullability.Create(parameter).WriteState == NullabilityState.Nullable;
        return mayBeNull && parameter.ParameterType != typeof(Exception) ? [plain, null] : [plain];
    }

    private static object? Of(Type type, string name, int place)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(object))
            return $"{{{name}}}";
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(place);
        if (type == typeof(Exception))
            return new IOException($"{{{name}}}");
        if (type == typeof(UserException))
            return UserException.Create($"{{{name}}}");
        if (type == typeof(Int128))
            return (Int128)place;
        if (type == typeof(byte) || type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(ulong))
            return Convert.ChangeType(place, type);
        if (type == typeof(double) || type == typeof(float))
            return Convert.ChangeType(place + 0.5, type);
        if (type == typeof(bool))
            return true;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (type.IsGenericType || type.IsArray)
            return Several(type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[^1], name, place);
        return Made(type, name, place);
    }

    private static Array Several(Type element, string name, int place)
    {
        var several = Array.CreateInstance(element, 2);
        for (var i = 0; i < 2; i++)
            several.SetValue(Of(element, $"{name} {i + 1}", place + i), i);
        return several;
    }

    private static Array One(object several)
    {
        var first = ((Array)several).GetValue(0)!;
        var one = Array.CreateInstance(several.GetType().GetElementType()!, 1);
        one.SetValue(first, 0);
        return one;
    }

    // a record: what its constructor takes, and what it asks to be set
    private static object Made(Type type, string name, int place)
    {
        var constructor = type.GetConstructors().Where(c => !(c.GetParameters() is [var only] && only.ParameterType == type))
            .MaxBy(c => c.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters()
            .Select((p, i) => Of(p.ParameterType, $"{name}.{p.Name}", place + i))]);
        foreach (var property in type.GetProperties()
            .Where(p => p.GetCustomAttributes().Any(a => a.GetType().Name == "RequiredMemberAttribute")))
            property.SetValue(made, Of(property.PropertyType, $"{name}.{property.Name}", place));
        return made;
    }
}
